"""The stage: a scratch installation on which one mediation is open, everybody seated, and to which one can return.

It is reached by the public interface, as the demo plays it, and then kept row by row: each life of the dispute begins
from the very same accounts, seats, rooms and sessions, so that their ids are the same in all of them.
"""

import copy
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import httpx
from litestar import Litestar

from odr.bootstrap import Platform, build_platform
from odr.ids import AccountId, DisputeId
from odr.people.commands import sign_out_everywhere, start_session
from odr.people.inviting import invite_person
from odr.people.queries import load_actor
from odr.scratch import Snapshot
from odr.settings import FolderMail, Settings
from odr.visibility.actor import CentreRole
from odr.worker import Worker
from web.api.bearer import make_bearer
from web.app import build_litestar, guard, state_of
from web.demo.arriving import take
from web.demo.case import Case, crm_case
from web.demo.mail import mails_in
from web.demo.narrator import Narrator
from web.demo.opening import nobody_objects
from web.demo.script import first_link, play_to_the_open_table
from web.demo.shapes import Person
from web.demo.table import Table
from web.security import anti_forgery_token, cookie_name
from web.separation.choosing import Choosing, let_them_choose
from web.separation.errors import HollowError
from web.separation.thirds import Third, seat_an_insurer
from web.separation.walking import Walker

CAST: Final[Mapping[str, str]] = {
    "claimant": "leguirrec",
    "claimant_counsel": "valadier",
    "respondent": "montsegret",
    "respondent_counsel": "rimbourg",
    "mediator": "vauquelin",
    "other_mediator": "harcastle",
    "expert": "thackeray",
    "archivist": "crozemarie",
    "secretariat": "diagourou",
    "administrator": "administrator",
    "stranger": "stranger",
    "insurer": "insurer",
}
"""Who plays which role, by the keys of the demo's cast; the last three come only here."""

_MORE: Final = (
    Person("administrator", "Ada", "Régie", "ada.regie@centre.example", "", "archivist", "centre"),
    Person("stranger", "Étienne", "Étranger", "etienne.etranger@ailleurs.example", "", "member", "centre"),
    Person("insurer", "Inès", "Sureau", "ines.sureau@assurances.example", "", "member", "respondent"),
    Person("third_mediator", "Théo", "Tiers", "theo.tiers@centre.example", "", "mediator", "centre"),
    Person("second_expert", "Solène", "Seconde", "solene.seconde@centre.example", "", "expert", "centre"),
)
_ROLES: Final = {
    "administrator": CentreRole.ADMINISTRATOR,
    "third_mediator": CentreRole.MEDIATOR,
    "second_expert": CentreRole.EXPERT,
}
TIMEOUT_SECONDS: Final = 60.0
OK: Final = frozenset({200, 201, 202, 204, 206})


class Still:
    """A clock that stands where the story says."""

    def __init__(self) -> None:
        """Begin at the present hour."""
        self.at = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.at

    def advance(self, **parts: float) -> None:
        """Move on."""
        self.at += timedelta(**parts)


@dataclass(frozen=True, slots=True)
class Seated:
    """One person of the story: their account and address."""

    role: str
    account_id: AccountId
    email: str


@dataclass(slots=True)
class _Table(Table):
    """The demo's table over a platform in this process: its mails are read from the folder, its jobs done at once."""

    platform: Platform | None = None
    clock: Still = field(default_factory=Still)

    async def mails(self, person: Person) -> list[dict[str, Any]]:
        """Do what waits, then return somebody's mails, the newest first."""
        await self.work()
        return [
            {"links": mail.links, "text": mail.text} for mail in mails_in(mail_folder(self.running()), to=person.email)
        ]

    async def until(self, look: Any, what: str, seconds: float = 0) -> Any:  # noqa: ANN401, ARG002 -- as the table's own
        """Do what waits, then look: once is enough here. Raises HollowError."""
        for _try in range(3):
            await self.work()
            found = await look()
            if found is not None:
                return found
        raise HollowError("", what, "nothing came")

    async def work(self) -> None:
        """Let a second pass, and do every job that is due."""
        self.clock.advance(seconds=1)
        await Worker(self.running()).drain()

    def running(self) -> Platform:
        """The scratch platform. Raises HollowError before it is there."""
        if self.platform is None:
            raise HollowError("", "the table", "no platform")
        return self.platform


@dataclass(slots=True)
class Stage:
    """Where every life begins: the people by role, the rooms by name, and the rows to return to."""

    platform: Platform
    app: Litestar
    clock: Still
    dispute_id: str
    rooms: dict[str, str]
    mission_id: str
    choosing: Choosing
    password: str
    claimant_seat: str
    third: Third
    people: dict[str, Seated]
    snapshot: Snapshot
    begins: datetime
    known: frozenset[str]

    async def begin_again(self) -> None:
        """Make everything what it was when the stage was set."""
        await self.snapshot.put_back()
        self.clock.at = self.begins
        for mail in mail_folder(self.platform).glob("*"):
            mail.unlink()

    @asynccontextmanager
    async def walker(self, role: str | None, *, language: str = "fr") -> AsyncIterator[Walker]:
        """Somebody's feet in this life, signed in for as long as a session holds; nobody's without a role."""
        settings = self.platform.settings
        headers, cookies = {"Origin": settings.public_url, "Accept-Language": language}, dict[str, str]()
        person = self.people[role] if role is not None else None
        if person is not None:
            async with self.platform.unit() as uow:  # one session each: those begun at one instant have no order
                await sign_out_everywhere(uow, await load_actor(uow, person.account_id))
                session = await start_session(uow, person.account_id, device="")
            cookies[cookie_name(https=settings.is_https)] = session.token
            headers["X-CSRF-Token"] = anti_forgery_token(session.token)

        def bearer(account_id: AccountId) -> Callable[[], str]:
            return lambda: make_bearer(self.platform, account_id).access_token

        async with _client(self.app, self.platform, headers, cookies) as client:
            yield Walker(client, bearer(person.account_id) if person is not None else None)


def mail_folder(platform: Platform) -> Path:
    """Where the scratch installation's mails are."""
    if not isinstance(platform.settings.mail, FolderMail):
        raise HollowError("", "the mails", "they would leave")
    return platform.settings.mail.path


def _client(
    app: Litestar, platform: Platform, headers: Mapping[str, str], cookies: Mapping[str, str]
) -> httpx.AsyncClient:
    """A client of the whole application, its outer layers included, whose memory is new."""
    fresh = copy.copy(app)
    fresh.state = state_of(platform)
    transport = httpx.ASGITransport(app=guard(fresh, platform.settings))  # type: ignore[arg-type]  # ASGI, spelt twice
    return httpx.AsyncClient(
        transport=transport,
        base_url=platform.settings.public_url,
        headers=dict(headers),
        cookies=dict(cookies),
        timeout=TIMEOUT_SECONDS,
    )


@asynccontextmanager
async def set_stage(settings: Settings) -> AsyncIterator[Stage]:
    """Play a mediation up to the open table on a scratch installation. Raises HollowError."""
    clock = Still()
    platform = build_platform(settings, clock=clock)
    try:
        await platform.prepare()
        app = build_litestar(platform)
        async with _client(app, platform, {}, {}) as http:
            table = _Table(
                http,
                _cast_only(crm_case(clock.at.date())),
                {},
                secrets.token_hex(10),
                Narrator(lambda _line: None, clock),
                platform=platform,
                clock=clock,
            )
            await play_to_the_open_table(table, await first_link(platform, table.case))
            await _more_people(table)
            mission = await _open_a_mission(table, CAST["expert"])
            await nobody_objects(table)
            await _open_a_mission(table, "second_expert")  # to whom both sides may still object
            listed = [table[key].person.email for key in (CAST["mediator"], CAST["other_mediator"], "third_mediator")]
            yield await _stage(table, app, mission, await let_them_choose(table, listed))
    finally:
        await platform.close()


def _cast_only(case: Case) -> Case:
    """The demo's case without the people who play no role here: each has a password to be hashed."""
    return replace(case, people=tuple(person for person in case.people if person.key in CAST.values()))


async def _more_people(table: _Table) -> None:
    """An administrator, a third mediator, another expert, and somebody who has nothing to do with the dispute."""
    for person in _MORE:
        if person.key in _ROLES:
            async with table.running().unit() as uow:
                _id, token = await invite_person(
                    uow,
                    None,
                    email=person.email,
                    name=person.name,
                    language="fr",
                    centre_role=_ROLES[person.key],
                )
            await take(table, person, token)
        else:
            asked = {"email": person.email, "name": person.name, "language": "fr"}
            await table.http.post("/api/v1/accounts", json=asked)
            await take(table, person, await table.link_for(person))


async def _open_a_mission(table: _Table, key: str) -> str:
    """The mediator asks an expert, who accepts: a neutral third sits at the table, and sees what is supplied."""
    mediator, expert = table[CAST["mediator"]], table[key]
    experts: list[dict[str, Any]] = await mediator.get(f"{table.dispute}/experts")
    expert_id = next(each["id"] for each in experts if each["name"] == expert.person.name)
    made = await mediator.post(
        f"{table.dispute}/missions", {"expert_id": expert_id, "questions": "Le retard, et ce qui l'explique ?"}
    )
    path = f"{table.dispute}/missions/{made['id']}"
    await expert.post(f"{path}/accept", {"declaration": "Aucun lien.", "independent": True})
    return str(made["id"])


async def _stage(table: _Table, app: Litestar, mission_id: str, choosing: Choosing) -> Stage:
    platform, people = table.running(), dict[str, Seated]()
    for role, key in CAST.items():
        account = await table[key].get("/account")
        people[role] = Seated(role, AccountId(UUID(account["id"])), account["email"])
    seats = (await table[CAST["claimant"]].get(f"{table.dispute}/team"))["seats"]
    seat = next(each["seat_id"] for each in seats if each["role"] == "representative")
    third = await seat_an_insurer(platform, DisputeId(UUID(table.dispute_id)), people["insurer"].account_id)
    await table.work()
    await Worker(platform).queue_recurring()
    await table.work()
    snapshot = await Snapshot.take(platform.database)
    return Stage(
        platform=platform,
        app=app,
        clock=table.clock,
        dispute_id=table.dispute_id,
        rooms={**table.rooms, "caucus_insurer": third.caucus},
        mission_id=mission_id,
        choosing=choosing,
        password=table.password,
        claimant_seat=str(seat),
        third=third,
        people=people,
        snapshot=snapshot,
        begins=table.clock.at,
        known=frozenset(snapshot.ids()),
    )
