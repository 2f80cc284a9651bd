"""A dispute with a second respondent, whose rooms are there too, and how its people act in it."""

from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from odr.crossing.answering import offer_statement
from odr.crossing.commands import Asked, propose_statement, say_statement
from odr.crossing.queries import visible_statement
from odr.evidence.consents import offer_disclosure
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.handed import open_handed
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, HandedExhibit, Origin
from odr.evidence.recording import About
from odr.ids import PartyId, SeatId, SpaceId, new_id
from odr.parties.models import Party, SeatRow, Side
from odr.spaces.models import Space
from odr.spaces.queries import slot_of
from odr.visibility.actor import Actor, Seat, SeatRole
from odr.visibility.terms import SpaceKind
from tests.builders import A_TUESDAY, Case, Hands, a_case
from tests.integration.evidence.hands import PDF
from vault import SpaceRef
from web.separation.looking import Sight
from web.separation.plain import Plain

TEXT = "L'intégrateur accepterait de reprendre la recette."


async def with_an_insurer(platform) -> Case:
    """A case with a second respondent, whose person is the case's stranger, and who has its rooms."""
    case = await a_case(platform)
    await join(platform, case, "insurer", "Assurances du Port", 2, case.people["stranger"])
    return case


async def join(platform, case: Case, called: str, company: str, ordinal: int, person: Actor) -> None:
    """Another respondent comes to the table, with its rooms."""
    party_id, seat_id = PartyId(new_id()), SeatId(new_id())
    spaces = {f"{kind}_{called}": SpaceId(new_id()) for kind in ("private", "caucus")}
    seated = replace(person, seats=(Seat(seat_id, case.id, party_id, SeatRole.REPRESENTATIVE),))
    async with platform.unit() as uow:
        now = uow.now()
        uow.session.add(
            Party(
                id=party_id,
                dispute_id=case.id,
                side=Side.RESPONDENT,
                ordinal=ordinal,
                name=company,
                registration="",
                address="",
                joined_at=now,
            )
        )
        for name, space_id in spaces.items():
            kind = SpaceKind(name.partition("_")[0])
            uow.session.add(
                Space(
                    id=space_id,
                    dispute_id=case.id,
                    kind=kind,
                    party_id=party_id,
                    mission_id=None,
                    slot=slot_of(kind, party_id, None),
                    created_at=now,
                )
            )
            await uow.vault.make_space(uow.session, SpaceRef(case.id, space_id))
        uow.session.add(
            SeatRow(
                id=seat_id,
                dispute_id=case.id,
                account_id=seated.account_id,
                party_id=party_id,
                role=SeatRole.REPRESENTATIVE,
                since=now,
                until=None,
                declared_at=None,
                declaration_sealed=None,
            )
        )
    case.parties[called] = party_id
    case.spaces.update(spaces)
    case.people[called] = seated


class Stopped(Hands):
    """A clock that stands still unless it is moved: two looks differ in nothing but what happened between them."""

    def __init__(self) -> None:
        super().__init__()
        self.at = A_TUESDAY

    def __call__(self) -> datetime:
        return self.at + self.offset


@dataclass
class Table:
    """A case with an insurer, and how its people act in it."""

    platform: Any
    case: Case

    @asynccontextmanager
    async def acting(self):
        async with self.platform.unit() as uow:
            yield uow

    async def asked(self, *recipients, who="mediator", **how):
        chosen = None if recipients == ("everyone",) else tuple(self.case.parties[each] for each in recipients)
        command = propose_statement if who == "mediator" else offer_statement
        asked = Asked(TEXT, "Avancer.", recipients=chosen, **how)
        async with self.acting() as uow:
            return await command(uow, self.case.people[who], self.case.id, self.case.spaces["caucus_claimant"], asked)

    async def said(self, *recipients):
        statement_id = await self.asked(*recipients, who="claimant")
        async with self.acting() as uow:
            await say_statement(uow, self.case.people["mediator"], self.case.id, statement_id)
        return statement_id

    async def seen_by(self, name, statement_id):
        async with self.platform.unit(write=False) as uow:
            return await visible_statement(uow, self.case.people[name], self.case.id, statement_id)

    async def lodged(self, content=PDF, *, title="Le rapport d'audit", name="rapport.pdf", space="caucus_claimant"):
        who = self.case.people["respondent" if space == "caucus_respondent" else "claimant"]

        async def chunks():
            yield content

        about = About(title, ExhibitKind.REPORT, Origin.PRODUCED, None, again=True)
        made = await lodge(
            self.platform, who, self.case.id, self.case.spaces[space], about=about, name=name, chunks=chunks()
        )
        return made.exhibit_id

    async def offered(self, exhibit_id, *recipients):
        chosen = tuple(self.case.parties[each] for each in recipients)
        async with self.acting() as uow:
            return await offer_disclosure(
                uow, self.case.people["claimant"], self.case.id, exhibit_id, purpose="", recipients=chosen
            )

    async def requested(self, exhibit_id, *recipients, form="original"):
        chosen = tuple(self.case.parties[each] for each in recipients)
        async with self.acting() as uow:
            return await ask_disclosure(
                uow,
                self.case.people["mediator"],
                self.case.id,
                exhibit_id,
                purpose="Avancer.",
                form=form,
                recipients=chosen,
            )

    async def handed(self, exhibit_id, *recipients):
        """The exhibit is in each one's caucus, on a consent; what is returned is the disclosure's id."""
        disclosure_id = await self.offered(exhibit_id, *recipients)
        async with self.acting() as uow:
            await disclose(uow, self.case.people["mediator"], self.case.id, exhibit_id)
        return disclosure_id

    async def rows(self, disclosure_id):
        """What each of its recipients has of it, by party."""
        names = {party_id: name for name, party_id in self.case.parties.items()}
        async with self.platform.unit(write=False) as uow:
            found = await uow.session.scalars(select(HandedExhibit).where(HandedExhibit.disclosure_id == disclosure_id))
            return {names[row.party_id]: row for row in found}

    async def opened(self, who, handed_id):
        read = await open_handed(self.platform, self.case.people[who], self.case.id, handed_id)
        return b"".join([piece async for piece in read.read(0, read.facts.size)])

    async def events(self, space):
        async with self.platform.unit(write=False) as uow:
            found = await uow.vault.ledger.events(uow.session, self.case.ref(space))
            return [event.event["event"] for event in found]


async def all_that(table, walker, name):
    """Everything that links and the API show to somebody, page by page, and how many mails they got."""
    case, reading = table.case, Plain(frozenset())
    seen = await walker.crawl("/", "/disputes", f"/disputes/{case.id}")
    root = f"/api/v1/disputes/{case.id}"
    paths = [root, f"{root}/rooms", f"{root}/quarantines", f"{root}/meetings", "/api/v1/notices"]
    for space in case.spaces:
        where = f"{root}/rooms/{case.spaces[space]}"
        paths += [f"{where}/messages", f"{where}/exhibits", f"{where}/statements", f"{where}/handed"]
    seen += [await walker.ask(path) for path in paths]
    address = case.people[name].email
    mails = [each for each in table.platform.settings.mail.path.glob("*.eml") if address in each.read_text()]
    return Sight(name, tuple(reading.answer(each) for each in sorted(seen, key=lambda each: each.asked))), len(mails)
