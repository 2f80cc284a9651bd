"""The directory of mediators: what each is known for, who is free; kept by themselves and by the secretariat."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, ScalarSelect, and_, delete, exists, func, or_, select

from odr.appointment.models import MediatorProfile, Speciality, SpokenLanguage
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.models import Category, Dispute
from odr.errors import NotFoundError, NotPermittedError
from odr.ids import AccountId
from odr.people.models import Account, RoleGrant, SeatRow
from odr.typed import Typed
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole, SeatRole
from odr.words import home_zone

PAGE: Final = 50
PRESENTATION_LIMIT: Final = 1200
ACCREDITATION_LIMIT: Final = 600
MOST_PLACES: Final = 99
LANGUAGES: Final = ("fr", "en", "de", "es", "it", "nl", "pt", "pl", "ar", "zh")
"""The languages that a profile may name (ISO 639-1)."""


class ProfileView(msgspec.Struct, frozen=True):
    """A mediator. ``places_left`` is ``None`` where they have not said how many mediations they take at once."""

    account_id: AccountId
    name: str
    specialities: tuple[Category, ...]
    languages: tuple[str, ...]
    presentation: str
    accreditation: str
    places: int | None
    places_left: int | None
    absent_until: date | None

    @property
    def is_free(self) -> bool:
        """Whether they could be proposed now, as far as they have said."""
        return self.absent_until is None and self.places_left != 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the secretariat looks for in the directory."""

    name: str = ""
    speciality: Category | None = None
    language: str = ""
    free: bool = False


@dataclass(frozen=True, slots=True)
class DirectoryPage:
    """Up to 50 mediators by name; ``after`` continues the list (empty at its end)."""

    rows: tuple[ProfileView, ...]
    after: str


@dataclass(frozen=True, slots=True)
class TypedProfile:
    """What was typed in a profile's form."""

    specialities: Sequence[str]
    languages: Sequence[str]
    presentation: str
    accreditation: str
    places: str
    absent_until: str


def may_keep_directory(actor: Actor) -> bool:
    """Tell whether the actor may look into the whole directory."""
    return actor.is_a(CentreRole.SECRETARIAT)


async def directory(uow: UnitOfWork, actor: Actor, wanted: Wanted, *, after: str = "") -> DirectoryPage:
    """Return the mediators of the centre that match, for its secretariat."""
    if not may_keep_directory(actor):
        raise NotPermittedError("not_permitted")
    query = select(Account.id, Account.name).where(*_mediators(), *_matching(wanted, _today(uow)))
    name, _mark, last = after.rpartition("_")
    try:
        start = msgspec.convert(last, AccountId) if last else None
    except msgspec.ValidationError:
        start = None
    if start is not None:
        query = query.where(or_(Account.name > name, and_(Account.name == name, Account.id > start)))
    rows = (await uow.session.execute(query.order_by(Account.name, Account.id).limit(PAGE + 1))).all()
    shown = await _views(uow, {row.id: row.name for row in rows[:PAGE]})
    return DirectoryPage(shown, f"{shown[-1].name}_{shown[-1].account_id}" if len(rows) > PAGE else "")


async def profiles_of(uow: UnitOfWork, accounts: Collection[AccountId]) -> dict[AccountId, ProfileView]:
    """Return these people's profiles, for commands and for pages that have checked already who may read them."""
    rows = await uow.session.execute(select(Account.id, Account.name).where(Account.id.in_(set(accounts))))
    return {view.account_id: view for view in await _views(uow, {row.id: row.name for row in rows})}


async def profile_to_keep(uow: UnitOfWork, actor: Actor, account_id: AccountId) -> ProfileView:
    """Return a mediator's profile for whoever may change it: themselves, or the secretariat. Raises NotFoundError."""
    if not may_keep_directory(actor) and actor.account_id != account_id:
        raise NotFoundError
    found = await uow.session.execute(select(Account.id, Account.name).where(Account.id == account_id, *_mediators()))
    views = await _views(uow, {row.id: row.name for row in found})
    if not views:
        raise NotFoundError
    return views[0]


async def keep_profile(uow: UnitOfWork, actor: Actor, account_id: AccountId, typed_profile: TypedProfile) -> None:
    """Write a mediator's profile. Raises NotFoundError, InvalidInputError (``specialities``, ``languages``,
    ``presentation``, ``accreditation``, ``places``: bad_number, ``absent_until``: bad_date).
    """  # noqa: D205 -- what is raised, whole
    await profile_to_keep(uow, actor, account_id)
    typed = Typed()
    presentation = typed.text("presentation", typed_profile.presentation, limit=PRESENTATION_LIMIT, required=False)
    accreditation = typed.text("accreditation", typed_profile.accreditation, limit=ACCREDITATION_LIMIT, required=False)
    specialities = {category for category in Category if category.value in typed_profile.specialities}
    languages = {language for language in LANGUAGES if language in typed_profile.languages}
    if len(specialities) != len(set(typed_profile.specialities)):
        typed.wrong("specialities", "choose_one")
    if len(languages) != len(set(typed_profile.languages)):
        typed.wrong("languages", "choose_one")
    places = _places(typed, typed_profile.places)
    absent = typed.day("absent_until", typed_profile.absent_until, required=False)
    typed.check()
    row = await uow.session.get(MediatorProfile, account_id)
    if row is None:
        row = MediatorProfile(account_id=account_id)
        uow.session.add(row)
    row.presentation, row.accreditation, row.places, row.absent_until = presentation, accreditation, places, absent
    row.changed_at, row.changed_by = uow.now(), actor.account_id
    await uow.session.execute(delete(Speciality).where(Speciality.account_id == account_id))
    await uow.session.execute(delete(SpokenLanguage).where(SpokenLanguage.account_id == account_id))
    uow.session.add_all(Speciality(account_id=account_id, category=each) for each in sorted(specialities))
    uow.session.add_all(SpokenLanguage(account_id=account_id, language=each) for each in sorted(languages))
    await uow.session.flush()


def _places(typed: Typed, text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isascii() or not text.strip().isdigit() or int(text[:9]) > MOST_PLACES:
        typed.wrong("places", "bad_number")
        return None
    return int(text)


def _mediators() -> tuple[ColumnElement[bool], ...]:
    holds = exists().where(RoleGrant.account_id == Account.id, RoleGrant.role == CentreRole.MEDIATOR)
    return holds, Account.disabled_at.is_(None)


def _matching(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.name.strip():
        found.append(Account.name.icontains(wanted.name.strip()[:200], autoescape=True))
    if wanted.speciality is not None:
        found.append(exists().where(Speciality.account_id == Account.id, Speciality.category == wanted.speciality))
    if wanted.language:
        found.append(
            exists().where(SpokenLanguage.account_id == Account.id, SpokenLanguage.language == wanted.language)
        )
    if wanted.free:
        found.append(
            ~exists().where(
                MediatorProfile.account_id == Account.id,
                or_(MediatorProfile.absent_until >= today, MediatorProfile.places <= _taken()),
            )
        )
    return found


def _taken() -> ScalarSelect[int]:
    """Return how many mediations somebody has under way."""
    under_way = ACTIVITIES[Activity.APPOINT]
    return (
        select(func.count(SeatRow.id))
        .join(Dispute, Dispute.id == SeatRow.dispute_id)
        .where(
            SeatRow.account_id == Account.id,
            SeatRow.role == SeatRole.MEDIATOR,
            SeatRow.until.is_(None),
            Dispute.stage.in_(under_way),
        )
        .correlate(Account)
        .scalar_subquery()
    )


def _today(uow: UnitOfWork) -> date:
    return _day(uow.now())


def _day(moment: datetime) -> date:
    return moment.astimezone(home_zone).date()


async def _views(uow: UnitOfWork, names: dict[AccountId, str]) -> tuple[ProfileView, ...]:
    if not names:
        return ()
    wanted = set(names)
    profiles = {
        row.account_id: row
        for row in await uow.session.scalars(select(MediatorProfile).where(MediatorProfile.account_id.in_(wanted)))
    }
    known = list(
        await uow.session.scalars(
            select(Speciality).where(Speciality.account_id.in_(wanted)).order_by(Speciality.category)
        )
    )
    spoken = list(await uow.session.scalars(select(SpokenLanguage).where(SpokenLanguage.account_id.in_(wanted))))
    taken_rows = await uow.session.execute(select(Account.id, _taken().label("taken")).where(Account.id.in_(wanted)))
    taken: dict[AccountId, int] = {row.id: row.taken for row in taken_rows}
    today = _today(uow)
    views: list[ProfileView] = []
    for account_id, name in names.items():
        row = profiles.get(account_id)
        places = row.places if row else None
        absent = row.absent_until if row else None
        languages = {each.language for each in spoken if each.account_id == account_id}
        views.append(
            ProfileView(
                account_id=account_id,
                name=name,
                specialities=tuple(each.category for each in known if each.account_id == account_id),
                languages=tuple(language for language in LANGUAGES if language in languages),
                presentation=row.presentation if row else "",
                accreditation=row.accreditation if row else "",
                places=places,
                places_left=None if places is None else max(0, places - taken.get(account_id, 0)),
                absent_until=absent if absent is not None and absent >= today else None,
            )
        )
    return tuple(views)
