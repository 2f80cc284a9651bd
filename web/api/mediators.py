"""The centre's mediators: their profiles and the directory."""

from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from odr.appointment.profiles import ProfileView, TypedProfile, Wanted, directory, keep_profile, profile_to_keep
from odr.disputes.queries import Category
from odr.ids import AccountId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import read, replace
from web.api.shapes import Line, Text, shown

Few = Annotated[list[Line], msgspec.Meta(max_length=40)]


class Profile(msgspec.Struct):
    """A mediator. ``places_left`` is null where they have not said how many mediations they take at once."""

    account_id: UUID
    name: str
    specialities: list[Category]
    languages: list[str]
    presentation: str
    accreditation: str
    places: int | None
    places_left: int | None
    absent_until: date | None


class KnownProfile(msgspec.Struct):
    """What the table reads of somebody who is proposed."""

    account_id: UUID
    name: str
    specialities: list[Category]
    languages: list[str]
    presentation: str
    accreditation: str


class ProfileChange(msgspec.Struct, forbid_unknown_fields=True):
    """A mediator's profile, whole."""

    specialities: Few
    languages: Few
    presentation: Text = ""
    accreditation: Text = ""
    places: Annotated[int, msgspec.Meta(ge=0)] | None = None
    absent_until: date | None = None


class ProfilePage(msgspec.Struct):
    """Up to 50 mediators; ``after`` continues the list, empty at its end."""

    rows: list[Profile]
    after: str


@read("/mediators")
async def list_mediators(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    q: Annotated[str, QueryParameter(max_length=200, description="In their names.")] = "",
    speciality: Annotated[Category | None, QueryParameter(description="Who knows this kind of dispute.")] = None,
    language: Annotated[str, QueryParameter(max_length=2, description="Who works in it (ISO 639-1).")] = "",
    free: Annotated[bool, QueryParameter(description="Only who is free.")] = False,  # noqa: FBT002 -- a query parameter
    after: Annotated[str, QueryParameter(max_length=300, description="A former page's `after`.")] = "",
) -> ProfilePage:
    """Return the centre's mediators by name, 50 at a time (secretariat)."""
    found = await directory(uow, actor, Wanted(q, speciality, language, free), after=after)
    return ProfilePage([_profile(row) for row in found.rows], found.after)


def _profile(view: ProfileView) -> Profile:
    return shown(view, Profile)


@read("/mediators/{account_id:uuid}")
async def show_mediator(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], account_id: FromPath[UUID]
) -> Profile:
    """Return a mediator's profile (themselves, secretariat)."""
    return _profile(await profile_to_keep(uow, actor, AccountId(account_id)))


@replace("/mediators/{account_id:uuid}", status_code=200)
async def keep_mediator(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    account_id: FromPath[UUID],
    data: JSONBody[ProfileChange],
) -> Profile:
    """Write a mediator's profile (themselves, secretariat)."""
    typed = TypedProfile(
        specialities=data.specialities,
        languages=data.languages,
        presentation=data.presentation,
        accreditation=data.accreditation,
        places="" if data.places is None else str(data.places),
        absent_until=data.absent_until.isoformat() if data.absent_until else "",
    )
    await keep_profile(uow, actor, AccountId(account_id), typed)
    return _profile(await profile_to_keep(uow, actor, AccountId(account_id)))


handlers = (list_mediators, show_mediator, keep_mediator)
