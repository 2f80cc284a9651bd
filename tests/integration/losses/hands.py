"""What the tests of loss worksheets do with their hands."""

from collections.abc import AsyncIterator

from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.recording import About
from odr.ids import ExhibitId
from odr.platform import Platform
from tests.builders import Case


async def lodge_text(platform: Platform, case: Case, who: str, space: str, title: str) -> ExhibitId:
    """Lodge a small text under this title."""

    async def bytes_of_it() -> AsyncIterator[bytes]:
        yield f"{title}\n".encode()

    about = About(title, ExhibitKind.OTHER, Origin.PRODUCED, None, again=False)
    made = await lodge(
        platform, case.people[who], case.id, case.spaces[space], about=about, name="a.txt", chunks=bytes_of_it()
    )
    return made.exhibit_id
