"""Builders: platforms, people and disputes made directly, so that a test says only what it is about."""

import hashlib
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import select

from odr import migrate
from odr.appointment.models import Appointment
from odr.appointment.objections import say_no_objection
from odr.appointment.queries import appointments_of
from odr.bootstrap import Platform, build_platform
from odr.disputes.lifecycle import Stage
from odr.disputes.mandates import declare_own_word
from odr.disputes.models import Category, Dispute
from odr.evidence.models import ExhibitVersion
from odr.first_start import make_environment
from odr.ids import AccountId, AppointmentId, DisputeId, PartyId, SeatId, SessionId, SpaceId, new_id, new_reference
from odr.parties.models import Party, SeatRow, Side
from odr.people.models import Account, RoleGrant, SignInSession
from odr.settings import read_settings
from odr.spaces.models import Space
from odr.spaces.queries import slot_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, Seat, SeatRole
from odr.visibility.terms import SpaceKind
from vault import ItemRef, SpaceRef

PUBLIC_URL = "http://127.0.0.1:8000"
UNUSABLE_HASH = "!"  # nobody can sign in with it: builders hand out sessions instead


A_TUESDAY: Final = datetime(2026, 9, 8, 8, 30, tzinfo=UTC)
"""Half past ten in Paris, a working day before working days: reminders leave at nine, days end at midnight there."""


class Hands:
    """A clock that a test may move forward. It starts at ``starts``, or now, and goes on from there."""

    def __init__(self, starts: datetime | None = None) -> None:
        self.offset = starts - datetime.now(UTC) if starts else timedelta()
        self.still: datetime | None = None

    def __call__(self) -> datetime:
        return (self.still or datetime.now(UTC)) + self.offset

    def stand_still(self) -> None:
        """From now on only what is advanced passes: what is asked twice can be compared, however long it took."""
        self.still = datetime.now(UTC)

    def advance(self, **parts: float) -> None:
        self.offset += timedelta(**parts)


@asynccontextmanager
async def a_platform(
    directory: Path, changes: Mapping[str, str] | None = None, *, clock: Hands | None = None, migrated: bool = False
) -> AsyncIterator[Platform]:
    """A platform over ``directory``, SQLite and files unless ``changes`` name other variables."""
    environment = make_environment(directory, public_url=PUBLIC_URL, centre_name="Centre de médiation de l'Essai")
    settings = read_settings({**environment, **(changes or {})})
    platform = build_platform(settings, clock=clock or Hands())
    if not migrated:
        await migrate.upgrade(platform.database)
    await platform.prepare()
    try:
        yield platform
    finally:
        await platform.close()


@dataclass
class Case:
    """A dispute with everybody in place: actors, parties and spaces by name."""

    id: DisputeId
    reference: str
    parties: dict[str, PartyId]
    spaces: dict[str, SpaceId]
    people: dict[str, Actor] = field(default_factory=dict)

    def ref(self, space: str) -> SpaceRef:
        return SpaceRef(self.id, self.spaces[space])


async def an_account(
    platform: Platform, name: str, *roles: CentreRole, language: str = "fr", seats: tuple[Seat, ...] = ()
) -> Actor:
    """A person with an account, and what they do for the centre."""
    async with platform.unit() as uow:
        return await _an_account(uow, name, *roles, language=language, seats=seats)


async def _an_account(
    uow: UnitOfWork, name: str, *roles: CentreRole, language: str = "fr", seats: tuple[Seat, ...] = ()
) -> Actor:
    account_id = AccountId(new_id())
    email = f"{name.lower().replace(' ', '.')}.{account_id.hex[:6]}@example.org"
    uow.session.add(
        Account(
            id=account_id,
            email=email,
            name=name,
            password_hash=UNUSABLE_HASH,
            language=language,
            zone="Europe/Paris",
            created_at=uow.now(),
            disabled_at=None,
        )
    )
    await uow.session.flush()
    uow.session.add_all(RoleGrant(account_id=account_id, role=role) for role in roles)
    return Actor(account_id, name, email, language, "Europe/Paris", frozenset(roles), seats)


async def a_case(platform: Platform, stage: Stage = Stage.OPEN) -> Case:
    """A dispute at ``stage``: claimant, respondent, mediator, expert, secretariat, archivist, every space made.

    People: claimant, claimant_counsel, respondent, mediator, expert (seated), secretariat, archivist, stranger.
    Spaces: procedure, joint, notes, private_claimant, caucus_claimant, private_respondent, caucus_respondent.
    """
    dispute_id = DisputeId(new_id())
    parties = {side.value: PartyId(new_id()) for side in Side}
    async with platform.unit() as uow:
        people = {
            "claimant": await _an_account(uow, "Claire Demandeur"),
            "claimant_counsel": await _an_account(uow, "Denis Conseil"),
            "respondent": await _an_account(uow, "René Défendeur"),
            "mediator": await _an_account(uow, "Maya Médiatrice", CentreRole.MEDIATOR),
            "expert": await _an_account(uow, "Élise Expert", CentreRole.EXPERT),
            "secretariat": await _an_account(uow, "Sophie Secrétariat", CentreRole.SECRETARIAT),
            "archivist": await _an_account(uow, "Armand Archiviste", CentreRole.ARCHIVIST),
            "stranger": await _an_account(uow, "Étienne Étranger"),
        }
    seated = {
        "claimant": (parties["claimant"], SeatRole.REPRESENTATIVE),
        "claimant_counsel": (parties["claimant"], SeatRole.COUNSEL),
        "respondent": (parties["respondent"], SeatRole.REPRESENTATIVE),
        "mediator": (None, SeatRole.MEDIATOR),
        "expert": (None, SeatRole.EXPERT),
    }
    spaces = {
        name: SpaceId(new_id())
        for name in (
            "procedure",
            "joint",
            "notes",
            "private_claimant",
            "caucus_claimant",
            "private_respondent",
            "caucus_respondent",
        )
    }
    reference = new_reference()
    async with platform.unit() as uow:
        now = uow.now()
        for name, space_id in spaces.items():
            kind, _, side = name.partition("_")
            uow.session.add(
                Space(
                    id=space_id,
                    dispute_id=dispute_id,
                    kind=SpaceKind(kind),
                    party_id=parties.get(side),
                    mission_id=None,
                    slot=slot_of(SpaceKind(kind), parties.get(side), None),
                    created_at=now,
                )
            )
            await uow.vault.make_space(uow.session, SpaceRef(dispute_id, space_id))
        statement = '{"contract": "Contrat 2025-17", "facts": "Rien n\'est livré.", "wished": "Une livraison."}'
        uow.session.add(
            Dispute(
                id=dispute_id,
                reference=reference,
                stage=stage,
                version=1,
                title="CRM livré avec six mois de retard",
                category=Category.LATE_DELIVERY,
                amount_cents=4_800_000,
                currency="EUR",
                statement_sealed=await uow.vault.seal_text(
                    uow.session, SpaceRef(dispute_id, spaces["procedure"]), dispute_id, statement
                ),
                procedure_space_id=spaces["procedure"],
                filed_by=people["claimant"].account_id,
                created_at=now,
                stage_since=now,
                reply_by=None,
                term_ends=None,
                limitation_suspended_at=None,
                limitation_resumed_at=None,
                reopens_record_id=None,
            )
        )
        for side, party_id in parties.items():
            uow.session.add(
                Party(
                    id=party_id,
                    dispute_id=dispute_id,
                    side=Side(side),
                    ordinal=1,
                    name=f"Société {side}",
                    registration="000 000 000",
                    address="1 rue de l'Essai, 75000 Paris",
                    joined_at=now,
                )
            )
        for place, (name, (party, role)) in enumerate(seated.items()):  # they come in an order, as pages tell it
            seat_id = SeatId(new_id())
            declared = now if party is None else None
            uow.session.add(
                SeatRow(
                    id=seat_id,
                    dispute_id=dispute_id,
                    account_id=people[name].account_id,
                    party_id=party,
                    role=role,
                    since=now + timedelta(microseconds=place),
                    until=None,
                    declared_at=declared,
                    declaration_sealed=None,
                )
            )
            if role is SeatRole.MEDIATOR:
                uow.session.add(
                    Appointment(
                        id=AppointmentId(new_id()),
                        dispute_id=dispute_id,
                        seat_id=seat_id,
                        account_id=people[name].account_id,
                        role=role,
                        mission_id=None,
                        named_at=now,
                        named_by=people["secretariat"].account_id,
                        chosen_together=False,
                        ended_at=None,
                        ending=None,
                        reason_sealed=None,
                    )
                )
            known = people[name]
            people[name] = Actor(
                known.account_id,
                known.name,
                known.email,
                known.language,
                known.zone,
                known.centre_roles,
                (Seat(seat_id, dispute_id, party, role),),
            )
            if party is not None and role is SeatRole.REPRESENTATIVE:
                await declare_own_word(
                    uow, dispute_id, party, seat_id, actor_id=people[name].account_id, name=people[name].name
                )
    return Case(dispute_id, reference, parties, spaces, people)


async def item_of(platform: Platform, exhibit_id: UUID) -> ItemRef:
    """Where the vault keeps an exhibit's first version."""
    known = select(ExhibitVersion.dispute_id, ExhibitVersion.id).where(ExhibitVersion.exhibit_id == exhibit_id)
    async with platform.unit(write=False) as uow:
        dispute_id, version_id = (await uow.session.execute(known.order_by(ExhibitVersion.lodged_at))).one()
    return ItemRef(dispute_id, version_id)


async def a_session(platform: Platform, actor: Actor) -> str:
    """A signed-in session's token."""
    token = secrets.token_urlsafe(32)
    async with platform.unit() as uow:
        now = uow.now()
        uow.session.add(
            SignInSession(
                id=SessionId(new_id()),
                token_hash=hashlib.sha256(token.encode()).digest(),
                account_id=actor.account_id,
                created_at=now,
                seen_at=now,
                expires_at=now + timedelta(days=7),
                confirmed_at=now,
            )
        )
    return token


@asynccontextmanager
async def a_browser(platform: Platform, app: Any, actor: Actor | None) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole application, signed in as ``actor``; its requests carry the right Origin and token."""
    headers = {"Origin": PUBLIC_URL, "Accept-Language": "fr"}
    cookies = {}
    if actor is not None:
        from web.security import anti_forgery_token  # noqa: PLC0415 -- builders serve tests without web too

        token = await a_session(platform, actor)
        cookies["entente"] = token
        headers["X-CSRF-Token"] = anti_forgery_token(token)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url=PUBLIC_URL, headers=headers, cookies=cookies
    ) as client:
        yield client


async def nobody_objects(platform: Platform, dispute_id: DisputeId, *representatives: Actor) -> None:
    """These representatives say that their party objects to nobody."""
    for actor in representatives:
        async with platform.unit() as uow:
            for view in await appointments_of(uow, actor, dispute_id):
                if view.window is not None and view.window.may_answer:
                    await say_no_objection(uow, actor, dispute_id, view.id)
