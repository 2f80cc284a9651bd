import pytest

from tests.browser import story

pytestmark = pytest.mark.timeout(400)


async def test_first(browser, table):
    await story.gather(table)
    await story.begin(table)
    await story.talk_apart(table)
    print(table.looks.seen)
    assert not table.looks.findings, "\n".join(table.looks.findings)
