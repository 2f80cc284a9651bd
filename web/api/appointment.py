"""Who mediates: the directory, proposing, declaring interests, objecting, deciding, stepping down, replacing."""

from datetime import date, datetime
from typing import Annotated, Final
from uuid import UUID

import msgspec
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from odr.appointment.choosing import ask_for_a_person, rank_mediators
from odr.appointment.choosing import list_mediators as list_mediators_together
from odr.appointment.declaring import declare_interests
from odr.appointment.handing_over import hand_over, handovers_of
from odr.appointment.lists import ChoiceOutcome, choice_of
from odr.appointment.profiles import ProfileView, TypedProfile, Wanted, directory, keep_profile, profile_to_keep
from odr.appointment.queries import AppointmentView, Ending, appointments_of
from odr.appointment.seats import appoint_mediator, recuse, replace_mediator
from odr.appointment.ties import TypedTie
from odr.appointment.windows import decide_objection, raise_objection, say_no_objection, show_objection
from odr.disputes.queries import Category, visible_dispute
from odr.ids import AccountId, AppointmentId, DisputeId, ObjectionId, SeatId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, SeatRole
from web.api.description import create, read, replace, send
from web.api.disputes import ROOT, Progress, progress
from web.api.shapes import Line, Reason, Text, shown

ONE: Final = f"{ROOT}/appointments/{{appointment_id:uuid}}"
OBJECTION: Final = f"{ROOT}/objections/{{objection_id:uuid}}"
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


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """Which mediator; ``beside``: as a co-mediator."""

    account_id: UUID
    beside: bool = False


class SaidTie(msgspec.Struct, forbid_unknown_fields=True):
    """A tie, or plainly none."""

    none: bool = False
    text: Text = ""


class Interests(msgspec.Struct, forbid_unknown_fields=True):
    """A declaration: one entry for each party's id, for ``counsel`` and for ``matter``; and that one is independent."""

    ties: Annotated[dict[str, SaidTie], msgspec.Meta(max_length=60)]
    independent: bool


class Declared(msgspec.Struct):
    """A declaration as it was made: to what, and which tie (empty: none)."""

    at: datetime
    ties: list[tuple[str, str]]


class Window(msgspec.Struct):
    """The time to object. ``answered``: one's own party has; what the other said, nobody is told."""

    opened_at: datetime
    due: datetime
    is_open: bool
    reviewed: bool
    answered: bool
    may_answer: bool


class ObjectionBody(msgspec.Struct):
    """An objection, for its party, the centre, and whom it is about if the centre shows it."""

    id: UUID
    party: str
    said_by: str
    said_at: datetime
    reason: str
    shown: bool
    decided_at: datetime | None
    upheld: bool
    decision: str


class AppointmentBody(msgspec.Struct):
    """Somebody's appointment to mediate or to examine."""

    id: UUID
    role: SeatRole
    mission_id: UUID | None
    profile: KnownProfile
    named_at: datetime
    chosen_together: bool
    declared: list[Declared]
    window: Window | None
    objections: list[ObjectionBody]
    ended_at: datetime | None
    ending: Ending | None
    reason: str


class Decision(msgspec.Struct, forbid_unknown_fields=True):
    """``keep`` or ``replace``, why, and whether whom it is about may read the objection."""

    decision: Line
    reason: Text
    shown: bool = False


class NewList(msgspec.Struct, forbid_unknown_fields=True):
    """Whom to list, and how many each party may strike (null: the usual number)."""

    account_ids: Annotated[list[UUID], msgspec.Meta(max_length=40)]
    strikes: int | None = None


class Ranks(msgspec.Struct, forbid_unknown_fields=True):
    """A rank, from ``1``, or ``strike`` for each account of the list."""

    ranks: Annotated[dict[UUID, Line], msgspec.Meta(max_length=40)]


class ChoiceBody(msgspec.Struct):
    """A list of mediators. ``ranks``: one's own party's, nobody else's. ``draw``: what its order was drawn from."""

    id: UUID
    listed_at: datetime
    due: datetime
    strikes: int
    draw: str
    listed: list[KnownProfile]
    is_open: bool
    outcome: ChoiceOutcome | None
    chosen: str
    ranks: dict[str, str]
    may_rank: bool


class HandoverBody(msgspec.Struct):
    """What may be passed on to a mediator who came later; ``passes`` is null until one's party has answered."""

    seat_id: UUID
    mediator: str
    since: datetime
    passes: bool | None
    may_answer: bool


class Passing(msgspec.Struct, forbid_unknown_fields=True):
    """Whether what was said apart before is passed on. A yes cannot be taken back."""

    passes: bool


async def _progress(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> Progress:
    return progress(await visible_dispute(uow, actor, DisputeId(dispute_id)))


def _body(view: AppointmentView) -> AppointmentBody:
    return shown(
        view,
        AppointmentBody,
        profile=shown(view.profile, KnownProfile),
        declared=[shown(each, Declared) for each in view.declared],
        window=shown(view.window, Window) if view.window else None,
        objections=[shown(each, ObjectionBody) for each in view.objections],
    )


async def _bodies(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> list[AppointmentBody]:
    return [_body(view) for view in await appointments_of(uow, actor, DisputeId(dispute_id))]


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


@read(f"{ROOT}/appointments")
async def list_appointments(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[AppointmentBody]:
    """Return who mediates and examines, and who did before; what each declared, and the time to object."""
    return await _bodies(uow, actor, dispute_id)


@send(f"{ROOT}/mediator")
async def appoint(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Proposal],
) -> Progress:
    """Propose a mediator, or a co-mediator (secretariat)."""
    await appoint_mediator(uow, actor, DisputeId(dispute_id), account_id=AccountId(data.account_id), beside=data.beside)
    return await _progress(uow, actor, dispute_id)


@send(f"{ROOT}/independence")
async def state_independence(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Interests],
) -> Progress:
    """Declare interests and independence, or bring the declaration up to date (mediator)."""
    ties = {key: TypedTie(none=tie.none, text=tie.text) for key, tie in data.ties.items()}
    await declare_interests(uow, actor, DisputeId(dispute_id), ties=ties, independent=data.independent)
    return await _progress(uow, actor, dispute_id)


@send(f"{ONE}/no-objection")
async def accept_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
) -> list[AppointmentBody]:
    """Say that one's party does not object (representative); when all have, the window closes at once."""
    await say_no_objection(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id))
    return await _bodies(uow, actor, dispute_id)


@send(f"{ONE}/objection")
async def object_to_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> list[AppointmentBody]:
    """Object, and say why to the centre alone (representative)."""
    await raise_objection(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id), reason=data.reason)
    return await _bodies(uow, actor, dispute_id)


@send(f"{OBJECTION}/decision")
async def decide_on_objection(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
    data: JSONBody[Decision],
) -> list[AppointmentBody]:
    """Keep the appointment or end it, with a reason for the party that objected (secretariat)."""
    await decide_objection(
        uow,
        actor,
        DisputeId(dispute_id),
        ObjectionId(objection_id),
        decision=data.decision,
        reason=data.reason,
        shown=data.shown,
    )
    return await _bodies(uow, actor, dispute_id)


@send(f"{OBJECTION}/show")
async def show_to_concerned(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    objection_id: FromPath[UUID],
) -> list[AppointmentBody]:
    """Let whom an objection is about read it (secretariat)."""
    await show_objection(uow, actor, DisputeId(dispute_id), ObjectionId(objection_id))
    return await _bodies(uow, actor, dispute_id)


@send(f"{ROOT}/recusal", status_code=204)
async def step_down(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID], data: JSONBody[Reason]
) -> None:
    """Step down, at any time (mediator): from then on, one sees nothing of the dispute."""
    await recuse(uow, actor, DisputeId(dispute_id), reason=data.reason)


@send(f"{ONE}/replacement")
async def end_mediators_appointment(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    appointment_id: FromPath[UUID],
    data: JSONBody[Reason],
) -> list[AppointmentBody]:
    """End a mediator's appointment, with a reason for the table; then propose somebody else (secretariat)."""
    await replace_mediator(uow, actor, DisputeId(dispute_id), AppointmentId(appointment_id), reason=data.reason)
    return await _bodies(uow, actor, dispute_id)


@read(f"{ROOT}/handovers")
async def list_handovers(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[HandoverBody]:
    """Return what one's own party may pass on to mediators who came later."""
    await visible_dispute(uow, actor, DisputeId(dispute_id))
    return [shown(each, HandoverBody) for each in await handovers_of(uow, actor, DisputeId(dispute_id))]


@send(f"{ROOT}/handovers/{{seat_id:uuid}}")
async def answer_handover(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    seat_id: FromPath[UUID],
    data: JSONBody[Passing],
) -> list[HandoverBody]:
    """Pass on to a mediator who came later what was said apart before, or keep it (representative)."""
    await hand_over(uow, actor, DisputeId(dispute_id), SeatId(seat_id), passes=data.passes)
    return [shown(each, HandoverBody) for each in await handovers_of(uow, actor, DisputeId(dispute_id))]


@create(f"{ROOT}/choice")
async def list_for_ranking(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[NewList],
) -> ChoiceBody | None:
    """List three to seven mediators for both sides to rank (secretariat)."""
    accounts = [AccountId(each) for each in data.account_ids]
    strikes = "" if data.strikes is None else str(data.strikes)
    await list_mediators_together(uow, actor, DisputeId(dispute_id), accounts=accounts, strikes=strikes)
    return await _choice(uow, actor, dispute_id)


@read(f"{ROOT}/choice")
async def show_choice(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ChoiceBody | None:
    """Return the newest list and one's own party's ranking; null where there was none."""
    return await _choice(uow, actor, dispute_id)


@replace(f"{ROOT}/choice/ranking", status_code=200)
async def rank_list(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    data: JSONBody[Ranks],
) -> ChoiceBody | None:
    """Rank the list, 1 for the best or ``strike`` (representative); the last one decides it, or its deadline."""
    ranks = {AccountId(account): said for account, said in data.ranks.items()}
    await rank_mediators(uow, actor, DisputeId(dispute_id), ranks=ranks)
    return await _choice(uow, actor, dispute_id)


@send(f"{ROOT}/choice/person")
async def ask_person(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> ChoiceBody | None:
    """Ask that a person at the centre chooses instead (representative)."""
    await ask_for_a_person(uow, actor, DisputeId(dispute_id))
    return await _choice(uow, actor, dispute_id)


async def _choice(uow: UnitOfWork, actor: Actor, dispute_id: UUID) -> ChoiceBody | None:
    view = await choice_of(uow, actor, DisputeId(dispute_id))
    if view is None:
        return None
    return shown(
        view,
        ChoiceBody,
        listed=[shown(each, KnownProfile) for each in view.listed],
        ranks={str(account): said for account, said in view.ranks.items()},
    )


handlers = (
    list_for_ranking,
    show_choice,
    rank_list,
    ask_person,
    list_handovers,
    answer_handover,
    list_mediators,
    show_mediator,
    keep_mediator,
    list_appointments,
    appoint,
    state_independence,
    accept_appointment,
    object_to_appointment,
    decide_on_objection,
    show_to_concerned,
    step_down,
    end_mediators_appointment,
)
