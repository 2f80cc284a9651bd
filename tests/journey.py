"""The way of a dispute from draft to open table, by commands, step by step."""

from dataclasses import dataclass

from odr.appointment.declaring import declare_interests
from odr.appointment.objections import say_no_objection
from odr.appointment.opening import open_if_ready
from odr.appointment.queries import appointments_of
from odr.appointment.seats import appoint_mediator
from odr.appointment.ties import TypedTie, subjects_of
from odr.bootstrap import Platform
from odr.disputes.arriving import arrive_as_newcomer, calling, see_invitation
from odr.disputes.filing import Draft, file_dispute, save_draft
from odr.disputes.inviting import invite_party
from odr.disputes.qualifying import qualify_dispute
from odr.disputes.queries import DisputeFacts, dispute_facts
from odr.ids import AccountId, DisputeId
from odr.intake.complaints import complain
from odr.people.queries import load_actor
from odr.visibility.actor import Actor, CentreRole
from tests.builders import an_account
from tests.mailbox import code_to, link_to

GOOD = "quatre mots que je retiens"
DRAFT = Draft(
    title="CRM livré avec six mois de retard",
    category="late_delivery",
    contract="CRM-2025-017",
    amount="48 000",
    facts="Rien d'utilisable n'est livré depuis la zirconite.",
    wished="Une livraison, et une remise d'ampoule.",
    company="Tréhoublan Agencement",
    respondent="Lysandrel Logiciels",
    contact_name="René Dumontel",
    contact_email="rene@lysandrel.example",
)


@dataclass
class Journey:
    """A dispute on its way, and the people on it."""

    platform: Platform
    dispute_id: DisputeId
    claimant_id: AccountId
    secretariat_id: AccountId
    mediator_id: AccountId
    respondent_id: AccountId | None = None

    async def actor(self, account_id: AccountId | None) -> Actor:
        """Somebody, with the seats they hold now."""
        assert account_id is not None
        async with self.platform.unit(write=False) as uow:
            return await load_actor(uow, account_id)

    async def claimant(self) -> Actor:
        return await self.actor(self.claimant_id)

    async def secretariat(self) -> Actor:
        return await self.actor(self.secretariat_id)

    async def mediator(self) -> Actor:
        return await self.actor(self.mediator_id)

    async def respondent(self) -> Actor:
        return await self.actor(self.respondent_id)

    async def facts(self) -> DisputeFacts:
        async with self.platform.unit(write=False) as uow:
            return await dispute_facts(uow, self.dispute_id)

    async def file(self) -> None:
        async with self.platform.unit() as uow:
            await file_dispute(uow, await self.claimant(), self.dispute_id)

    async def qualify(self) -> None:
        async with self.platform.unit() as uow:
            await qualify_dispute(uow, await self.secretariat(), self.dispute_id)

    async def appoint(self) -> None:
        async with self.platform.unit() as uow:
            await appoint_mediator(uow, await self.secretariat(), self.dispute_id, account_id=self.mediator_id)

    async def invite(self) -> str:
        async with self.platform.unit() as uow:
            return await invite_party(uow, await self.secretariat(), self.dispute_id)

    async def open(self, token: str) -> str:
        """See the invitation, and read the code that is mailed to its address then."""
        async with self.platform.unit() as uow:
            await see_invitation(uow, token)
            address = (await calling(uow, token)).link.email
        return await code_to(self.platform, address)

    async def take(self, token: str, name: str, code: str = "") -> AccountId:
        """Come by a link as somebody who has no account, with the code that was mailed."""
        typed = {"name": name, "password": GOOD, "again": GOOD, "language": "fr", "zone": "Europe/Paris"}
        session, _ = await arrive_as_newcomer(self.platform, token, code=code or await self.open(token), **typed)
        return session.account_id

    async def accept(self, token: str, code: str = "") -> None:
        self.respondent_id = await self.take(token, "René Dumontel", code)

    async def declare(self, **ties: str) -> None:
        """The mediator declares no tie at all, but those given: counsel, matter."""
        said = {
            key: TypedTie(none=key not in ties, text=ties.get(key, ""))
            for key, _about, _party in subjects_of((await self.facts()).parties)
        }
        async with self.platform.unit() as uow:
            await declare_interests(uow, await self.mediator(), self.dispute_id, ties=said, independent=True)

    async def accept_mediator(self, *who: AccountId | None) -> None:
        """Both representatives, or these, have no objection to whoever mediates."""
        for account_id in who or (self.claimant_id, self.respondent_id):
            actor = await self.actor(account_id)
            async with self.platform.unit() as uow:
                (view,) = [v for v in await appointments_of(uow, actor, self.dispute_id) if v.ended_at is None]
                await say_no_objection(uow, actor, self.dispute_id, view.id)

    async def sign(self) -> bool:
        async with self.platform.unit() as uow:
            return await open_if_ready(uow, self.dispute_id, all_signed=True)

    async def to_invited(self) -> str:
        """Everything up to the invitation; returns the mailed token."""
        await self.file()
        await self.qualify()
        await self.appoint()
        await self.invite()
        return await link_to(self.platform, DRAFT.contact_email)

    async def to_complaint(self) -> None:
        """A complaint that the other company has opened."""
        async with self.platform.unit() as uow:
            await complain(uow, await self.claimant(), self.dispute_id)
        await self.accept(await link_to(self.platform, DRAFT.contact_email))

    async def to_open(self) -> None:
        """Everything up to the open table."""
        await self.accept(await self.to_invited())
        await self.declare()
        await self.accept_mediator()
        await self.sign()


async def a_journey(platform: Platform, draft: Draft = DRAFT) -> Journey:
    """A draft, with a claimant, a secretary and a mediator."""
    claimant = await an_account(platform, "Claire Demandeur")
    secretariat = await an_account(platform, "Sophie Secrétariat", CentreRole.SECRETARIAT)
    mediator = await an_account(platform, "Maya Médiatrice", CentreRole.MEDIATOR)
    async with platform.unit() as uow:
        dispute_id = await save_draft(uow, claimant, None, draft)
    return Journey(platform, dispute_id, claimant.account_id, secretariat.account_id, mediator.account_id)
