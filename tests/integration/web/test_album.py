from odr.platform import Platform
from tests.application import inner_application
from tests.browser.album_pages import PAGES, pages_of


async def test_every_page_is_listed_with_who_is_shown_it(platform: Platform) -> None:
    listed = [kind for kinds in PAGES.values() for kind in kinds if not kind.startswith("/demo/")]
    assert len(listed) == len(set(listed)), "a page is shown as one person"
    assert set(listed) == pages_of(inner_application(platform)), "tests/browser/album_pages.py lists every page"
