"""`entente demo --script`: the whole case in the terminal, through the public interfaces, with its proof at the end."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import httpx

from odr.bootstrap import Platform
from odr.people.inviting import invite_person
from odr.visibility.actor import CentreRole
from odr.words import _, number, size
from web.demo import (
    archiving,
    arriving,
    complaining,
    examining,
    haggling,
    hosting,
    mistaking,
    opening,
    others,
    sentences,
    settling,
    talking,
)
from web.demo.case import Case, crm_case
from web.demo.clock import StoryClock
from web.demo.errors import UnexpectedError
from web.demo.evidence import write_evidence
from web.demo.narrator import Narrator
from web.demo.place import Place
from web.demo.server import serving
from web.demo.table import Table

TIMEOUT_SECONDS: Final = 120.0


@asynccontextmanager
async def table_in(place: Place, case: Case, clock: StoryClock, say: Callable[[str], None]) -> AsyncIterator[Table]:
    """Lay the table: the evidence on the disk, and a connection to the demo's own site. Raises UnexpectedError."""
    written = await asyncio.to_thread(write_evidence, place.evidence, case.when.today)
    narrator = Narrator(say, clock)
    async with httpx.AsyncClient(base_url=place.public_url, timeout=TIMEOUT_SECONDS) as http:
        try:
            yield Table(http, case, {file.path.name: file for file in written}, place.password, narrator, story=clock)
        except httpx.HTTPError as error:
            raise UnexpectedError("", place.public_url, f"{type(error).__name__} {error}", _("an answer")) from error


async def first_link(platform: Platform, case: Case) -> str:
    """Do what an operator does with `entente create-person`: make the first link; return its token."""
    first = case.holder_of("secretariat")
    async with platform.unit() as uow:
        _id, token = await invite_person(
            uow,
            None,
            email=first.email,
            name=first.name,
            language=first.language,
            centre_role=CentreRole.SECRETARIAT,
        )
    return token


async def play_to_the_open_table(table: Table, link: str) -> None:
    """From nothing to an open mediation, by the shortest way, with everybody in place."""
    await arriving.open_the_centre(table, link)
    await arriving.claimant_signs_up(table)
    await opening.file_the_request(table)
    await opening.bring_to_the_table(table)
    await opening.open_the_table(table)


@dataclass(frozen=True, slots=True)
class Told:
    """The tables beside the CRM case's, once that one has been talked through."""

    declined: Table
    ended: Table
    hosting: Table


async def play_to_the_report(table: Table, link: str) -> Told:
    """From nothing to the day on which the expert reports: two earlier files, then the CRM case in its order."""
    await arriving.open_the_centre(table, link)
    await arriving.claimant_signs_up(table)
    declined, ended = await others.declined(table), await others.ended(table)
    table.turn_to(table.case.when.complained)
    await complaining.write_with_guidance(table)
    await complaining.complain_and_contest(table)
    await opening.invite_and_remind(table)
    table.turn_to(table.case.when.signed)
    await opening.open_the_table(table, negotiated=True)
    await talking.lodge_everything(table)
    await talking.speak_before_the_report(table)
    await talking.ask_disclosures(table)
    await talking.answer_disclosures(table)
    await sentences.say_with_consent(table)
    await mistaking.mistake_and_mend(table)
    return Told(declined, ended, await hosting.open_the_hosting(table))


async def play_script(place: Place, changes: Mapping[str, str], say: Callable[[str], None], today: date) -> None:
    """Play everything; raises UnexpectedError at the first answer that is not what the case needs."""
    case = crm_case(today)
    clock = StoryClock()
    clock.begin(case.when.opened)
    async with serving(place, changes, clock) as platform, table_in(place, case, clock, say) as table:
        told = await play_to_the_report(table, await first_link(platform, case))
        await talking.try_closed_doors(table)
        await talking.read_and_be_seen(table)
        await examining.examine(table)
        await talking.speak_after_the_report(table)
        await haggling.haggle(table)
        await talking.sum_up(table)
        await hosting.leave_half_way(told.hosting, told.ended, platform)
        agreement = await settling.draft_settlement(table)
        await settling.freeze_and_sign(table, agreement)
        with tempfile.TemporaryDirectory(prefix="entente-verification-") as outside:
            await _prove(table, agreement, Path(outside), place)


async def _prove(table: Table, agreement: str, outside: Path, place: Place) -> None:
    await settling.take_the_document(table, agreement, outside)
    record = await archiving.seal_and_close(table)
    trust = await _trust(table, outside, place)
    package = await archiving.read_the_record(table, record, outside)
    await archiving.verify(table, package, trust, again=f"/records/{record['id']}")
    contract = next(name for name, file in table.evidence.items() if file.kind == "contract")
    await archiving.verify_a_receipt(table, contract, trust, outside)
    await archiving.reopen(table, record)
    _sum_up(table, record["size"])


async def _trust(table: Table, outside: Path, place: Place) -> archiving.Trust:
    """Take the public keys from the site, once, and say which ones are trusted."""
    keys = (await table.http.get("/api/v1/keys")).raise_for_status().json()
    root = outside / "time-root.pem"
    root.write_text(keys["time_authorities"][0]["root_certificate"], encoding="ascii")
    table.narrator.note(_("Trusted key of the register: %(key)s", key=keys["checkpoint_key"]))
    table.narrator.note(_("Trusted root of the time authority “%(name)s”: %(path)s",
                          name=keys["time_authorities"][0]["name"], path=root))  # fmt: skip
    return archiving.Trust(keys["checkpoint_key"], root, place.directory)


def _sum_up(table: Table, record_size: int) -> None:
    tally, narrator = table.tally, table.narrator
    narrator.chapter(_("In figures"))
    for line in (
        _("%(n)s steps, %(requests)s requests, %(refusals)s refusals that had to happen", n=number(narrator.steps),
          requests=number(tally.requests), refusals=number(tally.refusals)),
        _("%(people)s people, %(exhibits)s exhibits (%(octets)s in), %(messages)s messages", people=len(table.hands),
          exhibits=tally.exhibits, octets=size(tally.octets_in), messages=tally.messages),
        _("%(out)s read back, a record of %(record)s", out=size(tally.octets_out), record=size(record_size)),
        _("%(seconds)s s in all", seconds=number(narrator.seconds, digits=1)),
    ):  # fmt: skip
        narrator.note(line)
