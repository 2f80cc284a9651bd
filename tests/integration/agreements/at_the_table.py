"""People who can give their password, and agreements at the moment a test is about."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from odr.agreements.commands import begin_settlement, freeze_text, save_version
from odr.agreements.drafting import Draft, DraftClause, DraftPayment
from odr.agreements.models import Agreement
from odr.agreements.queries import agreements_of
from odr.disputes.lifecycle import Stage
from odr.disputes.mandates import Terms, keep_mandate
from odr.disputes.models import Dispute
from odr.ids import AgreementId
from odr.outbox import JobRow
from odr.people.models import Account
from odr.people.passwords import HASHER
from odr.platform import Platform
from odr.spaces.queries import space_of
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import Case, a_case

PASSWORD = "une phrase assez longue"
HASHES = {name: HASHER.hash(PASSWORD) for name in ("claimant", "respondent", "mediator", "claimant_counsel")}
CLAIMANT, RESPONDENT = "Société claimant", "Société respondent"

DRAFT = Draft(
    title="Protocole d'accord",
    preamble="Un différend est né.\n\nLes parties se sont rapprochées.",
    clauses=(
        DraftClause("Remise", "Une remise de 25 % est consentie.", "respondent"),
        DraftClause("Paiement", "La facture est payée en trois échéances.", "claimant"),
    ),
    payments=(
        DraftPayment("2026-12-22", "4 800,00", CLAIMANT, RESPONDENT, "Première échéance"),
        DraftPayment("2027-01-22", "4 800,00", CLAIMANT, RESPONDENT, "Deuxième échéance"),
        DraftPayment("2027-02-22", "4 800,00", CLAIMANT, RESPONDENT, "Troisième échéance"),
    ),
)


@dataclass
class Table:
    """A dispute whose people have passwords, on one platform."""

    platform: Platform
    case: Case

    def __getattr__(self, name: str):
        return self.case.people[name]

    @property
    def id(self):
        return self.case.id

    async def stage(self) -> Stage:
        async with self.platform.unit(write=False) as uow:
            found = await uow.session.scalar(select(Dispute.stage).where(Dispute.id == self.id))
            assert found is not None
            return found

    async def agreement(self, who: str = "mediator"):
        async with self.platform.unit(write=False) as uow:
            return (await agreements_of(uow, self.case.people[who], self.id))[-1]

    async def row(self, agreement_id: AgreementId) -> Agreement:
        async with self.platform.unit(write=False) as uow:
            return await uow.session.get_one(Agreement, agreement_id)

    async def limit_mandate(self, who: str, cents: int) -> None:
        person = self.case.people[who]
        (seat,) = person.seats
        assert seat.party_id is not None
        async with self.platform.unit() as uow:
            room = await space_of(uow, self.id, SpaceKind.PRIVATE, seat.party_id)
            terms = Terms(ceiling_cents=cents, given_by="La présidente", given_on=None, document=None)
            await keep_mandate(uow, room, seat.party_id, seat.seat_id, terms, actor_id=person.account_id)

    async def queue(self, kind: str, subject: UUID | None = None) -> None:
        async with self.platform.unit() as uow:
            await uow.enqueue(
                kind, {"dispute_id": str(self.id), "subject_id": str(subject) if subject else None, "event": "test"}
            )

    async def work(self) -> None:
        """Do what is queued; the record's sealing is another room's."""
        await Worker(self.platform).drain()

    async def jobs(self, kind: str) -> list[JobRow]:
        async with self.platform.unit(write=False) as uow:
            return list(await uow.session.scalars(select(JobRow).where(JobRow.kind == kind)))

    async def convention(self):
        """The agreement to mediate, as the worker drafts it."""
        await self.queue("draft_convention")
        await self.work()
        return await self.agreement()

    async def drafted(self, draft: Draft = DRAFT) -> AgreementId:
        async with self.platform.unit() as uow:
            agreement_id = await begin_settlement(uow, self.mediator, self.id)
        async with self.platform.unit() as uow:
            await save_version(uow, self.mediator, self.id, agreement_id, seen=1, draft=draft)
        return agreement_id

    async def frozen(self, draft: Draft = DRAFT):
        """A settlement ready to be signed."""
        agreement_id = await self.drafted(draft)
        seen = (await self.agreement()).version.digest.hex()
        async with self.platform.unit() as uow:
            await freeze_text(uow, self.mediator, self.id, agreement_id, digest_seen=seen)
        return await self.agreement()


async def set_table(platform: Platform, stage: Stage) -> Table:
    case = await a_case(platform, stage)
    async with platform.unit() as uow:
        for name, password_hash in HASHES.items():
            account = await uow.session.get_one(Account, case.people[name].account_id)
            account.password_hash = password_hash
    return Table(platform, case)
