"""What else each side may have at the open table, for the walk: what is about to cross over, or was stopped."""

from datetime import timedelta

from sqlalchemy import select, update

from odr.appointment.profiles import TypedProfile, keep_profile
from odr.crossing.answering import allow_statement
from odr.crossing.commands import Asked, propose_statement, say_statement
from odr.crossing.exhibits import quarantine_exhibit
from odr.crossing.models import Statement
from odr.evidence.consents import give_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.models import Disclosure, ExhibitKind, ExhibitVersion
from odr.evidence.openings import open_exhibit
from odr.evidence.rescanning import keep_verdict
from odr.evidence.scanning import Outcome, Verdict
from odr.platform import Platform
from odr.sessions.commands import call_meeting
from odr.sessions.plan import Plan
from tests.integration.separation.marked import Marked, lay

STOPPED = (("claimant", "respondent"), ("claimant", None), ("respondent", "claimant"))
"""Whose exhibit is stopped as a wrong disclosure, and who had read it."""


async def fill_further(platform: Platform, marked: Marked) -> None:
    """Fill the caucuses further, by the rooms' own commands, and stop exhibits of both sides."""
    for side in ("claimant", "respondent"):
        await _cross_over_soon(platform, marked, side)
        await _hand_to_the_other(platform, marked, side)
    for number, (side, reader) in enumerate(STOPPED, start=1):
        await _stop(platform, marked, side, reader, f"stopped {side} {number}")
    await _be_infected(platform, marked, "claimant")
    await lay(platform, marked, "second_expert", "second_desk", "draft report", "second_desk", ExhibitKind.REPORT)
    async with platform.unit() as uow:
        profile = TypedProfile(["defects"], ["fr"], "Ingénieure, puis médiatrice.", "Cour d'appel", "3", "")
        mediator_id = marked.actor("mediator").account_id
        await keep_profile(uow, marked.actor("secretariat"), mediator_id, profile)


async def _cross_over_soon(platform: Platform, marked: Marked, side: str) -> None:
    """One exhibit is asked for, one may be disclosed, a sentence may be said, a redacted copy lies beside its original.

    And a meeting apart is to come.
    """
    case, mediator, owner, place = marked.case, marked.actor("mediator"), marked.actor(side), f"caucus_{side}"
    asked = await lay(platform, marked, side, place, f"asked for {side}", place, ExhibitKind.CONTRACT)
    allowed = marked.exhibits[f"caucus {side}"]
    requests = []
    for exhibit_id in (asked, allowed):
        async with platform.unit() as uow:
            purpose = marked.word(f"purpose of {exhibit_id}", place)
            requests.append(await ask_disclosure(uow, mediator, case.id, exhibit_id, purpose=purpose, form="original"))
    async with platform.unit() as uow:
        await give_consent(uow, owner, case.id, allowed, seen=requests[-1])
    await lay(platform, marked, side, place, f"redacted {side}", place, ExhibitKind.CONTRACT, redacts=allowed)
    async with platform.unit() as uow:
        words = Asked(marked.word(f"allowed sentence of {side}", place), "Avancer.")
        statement_id = await propose_statement(uow, mediator, case.id, case.spaces[place], words)
    async with platform.unit() as uow:
        await allow_statement(uow, owner, case.id, statement_id)
        plan = Plan(uow.now() + timedelta(days=9), 60, marked.word(f"place of the meeting to come with {side}", place))
        await call_meeting(uow, mediator, case.id, plan, apart_with=case.parties[side])


async def _hand_to_the_other(platform: Platform, marked: Marked, side: str) -> None:
    """An exhibit, and a sentence, are handed to the other side alone: each is named in that one's caucus only.

    With two parties all of the others are one: it would stand at the table, were it not told to be apart.
    """
    case, mediator, owner, place = marked.case, marked.actor("mediator"), marked.actor(side), f"caucus_{side}"
    exhibit_id = await lay(platform, marked, side, place, f"handed of {side}", "joint", ExhibitKind.CONTRACT)
    async with platform.unit() as uow:
        purpose = marked.word(f"purpose of handed of {side}", place)
        asked = await ask_disclosure(uow, mediator, case.id, exhibit_id, purpose=purpose, form="original")
        words = Asked(marked.word(f"handed sentence of {side}", "joint"), "Avancer.")
        statement_id = await propose_statement(uow, mediator, case.id, case.spaces[place], words)
        await uow.session.execute(update(Disclosure).where(Disclosure.id == asked).values(apart=True))
        await uow.session.execute(update(Statement).where(Statement.id == statement_id).values(apart=True))
    async with platform.unit() as uow:
        await give_consent(uow, owner, case.id, exhibit_id, seen=asked)
        await allow_statement(uow, owner, case.id, statement_id)
    async with platform.unit() as uow:
        await disclose(uow, mediator, case.id, exhibit_id)
        await say_statement(uow, mediator, case.id, statement_id)


async def _stop(platform: Platform, marked: Marked, side: str, reader: str | None, name: str) -> None:
    """An exhibit of a side is stopped; who had read it is asked about copies, and so knows that something was."""
    exhibit_id = await lay(platform, marked, side, "joint", name, f"caucus_{side}", ExhibitKind.CONTRACT)
    _read_by_nobody_now(marked, name)
    if reader is not None:
        opened = await open_exhibit(platform, marked.actor(reader), marked.case.id, exhibit_id)
        assert [piece async for piece in opened.read(0, 1)]
    async with platform.unit() as uow:
        why = marked.word(f"why {name}", f"caucus_{side}")
        stopped = await quarantine_exhibit(uow, marked.actor("mediator"), marked.case.id, exhibit_id, why=why)
    if reader is not None:
        marked.asked_of_both.add(stopped)


async def _be_infected(platform: Platform, marked: Marked, side: str) -> None:
    name, place = f"infected {side}", f"caucus_{side}"
    exhibit_id = await lay(platform, marked, side, place, name, place, ExhibitKind.CONTRACT)
    _read_by_nobody_now(marked, name)
    found = Verdict(
        Outcome.INFECTED, engine="essai", signature=f"{marked.word(f'infection of {name}', place)}.UNOFFICIAL"
    )
    async with platform.unit() as uow:
        version = select(ExhibitVersion).where(ExhibitVersion.exhibit_id == exhibit_id)
        await keep_verdict(uow, (await uow.session.scalars(version)).one(), found)


def _read_by_nobody_now(marked: Marked, name: str) -> None:
    """The words in a file that is kept sealed."""
    next(mark for mark in marked.marks if mark.name == f"word bytes of {name}").place = "nowhere"
