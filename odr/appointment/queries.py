"""What may be seen of appointments: profiles that were proposed, declarations, windows to object, and decisions."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, literal, null, or_, select

from odr.appointment.declaring import declared_before, ties_declared
from odr.appointment.models import Appointment, Ending, Objection, ObjectionWindow
from odr.appointment.profiles import ProfileView, profiles_of
from odr.appointment.ties import About, Tie, subject_words
from odr.appointment.windows import window_of
from odr.deadlines.table import Deadline, due_at
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts, visible_dispute
from odr.disputes.targets import dues_of
from odr.errors import NotFoundError
from odr.event import EventRow
from odr.ids import AccountId, AppointmentId, DisputeId, MissionId, ObjectionId
from odr.people.models import SeatRow
from odr.people.queries import account_names
from odr.spaces.queries import find_space
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place, SeatRole
from odr.visibility.filter import Columns, readable
from odr.visibility.terms import OF_A_MISSION, Act, Condition, SpaceKind, Thing

__all__ = [
    "About",
    "AppointmentView",
    "DeclaredView",
    "Ending",
    "ObjectionView",
    "WindowView",
    "appointments_of",
    "objection_to_decide",
    "to_appoint_by",
    "visible_appointment",
]


@dataclass(frozen=True, slots=True)
class DeclaredView:
    """A declaration of interests: when, and (to what, which tie; empty for none) for each subject."""

    at: datetime
    ties: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class WindowView:
    """The time to object, as one reader may know it. ``answered``: the reader's own party has answered."""

    opened_at: datetime
    due: datetime
    is_open: bool
    reviewed: bool
    answered: bool
    may_answer: bool


@dataclass(frozen=True, slots=True)
class ObjectionView:
    """An objection, for the party that raised it, the centre, and whom it is about if the centre shows it."""

    id: ObjectionId
    party: str
    said_by: str
    said_at: datetime
    reason: str
    shown: bool
    decided_at: datetime | None
    upheld: bool
    decision: str


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment. ``declared``: the newest first. ``reason`` is why it ended, where somebody said."""

    id: AppointmentId
    account_id: AccountId
    name: str
    role: SeatRole
    profile: ProfileView
    mission_id: MissionId | None
    named_at: datetime
    chosen_together: bool
    declared: tuple[DeclaredView, ...]
    window: WindowView | None
    objections: tuple[ObjectionView, ...]
    ended_at: datetime | None
    ending: Ending | None
    reason: str
    is_own: bool

    @property
    def is_settled(self) -> bool:
        """Whether the time to object is over with nothing against it."""
        return self.ended_at is None and self.window is not None and not self.window.is_open


async def appointments_of(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> tuple[AppointmentView, ...]:
    """Return who was ever appointed to a dispute, those who are there now first; of experts, an expert only oneself.

    Raises NotFoundError.
    """
    dispute = await _readable(uow, actor, dispute_id)
    own = or_(Appointment.mission_id.is_(None), Appointment.account_id == actor.account_id)
    columns = Columns(Appointment.dispute_id, null(), literal(dispute.place.kind.value), own_mission=own)
    rows = (
        await uow.session.scalars(
            select(Appointment)
            .where(Appointment.dispute_id == dispute_id, readable(actor, Thing.APPOINTMENT, columns))
            .order_by(Appointment.ended_at.is_not(None), Appointment.named_at, Appointment.id)
        )
    ).all()
    profiles = await profiles_of(uow, {row.account_id for row in rows})
    return tuple([await _view(uow, actor, dispute, row, profiles[row.account_id]) for row in rows])


async def visible_appointment(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, appointment_id: AppointmentId
) -> AppointmentView:
    """Return one appointment. Raises NotFoundError."""
    for view in await appointments_of(uow, actor, dispute_id):
        if view.id == appointment_id:
            return view
    raise NotFoundError


async def objection_to_decide(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, objection_id: ObjectionId
) -> tuple[AppointmentView, ObjectionView]:
    """Return an objection that the actor may read, and what it is about. Raises NotFoundError."""
    for view in await appointments_of(uow, actor, dispute_id):
        for objection in view.objections:
            if objection.id == objection_id:
                return view, objection
    raise NotFoundError


async def to_appoint_by(uow: UnitOfWork, dispute: DisputeFacts) -> datetime | None:
    """Return by when the centre means to name a mediator: counted from admission, or from the last one's leaving."""
    if dispute.stage not in ACTIVITIES[Activity.APPOINT]:
        return None
    since: datetime | None = await uow.session.scalar(
        select(func.max(EventRow.at)).where(
            EventRow.dispute_id == dispute.id, EventRow.name.in_(("DisputeQualified", "AppointmentEnded"))
        )
    )
    kept = (await dues_of(uow, dispute.id)).get(Deadline.APPOINT)
    return kept or (due_at(Deadline.APPOINT, since) if since is not None else None)


async def _readable(uow: UnitOfWork, actor: Actor, dispute_id: DisputeId) -> DisputeFacts:
    dispute = await visible_dispute(uow, actor, dispute_id)
    if actor.may(Act.READ, Thing.APPOINTMENT, dispute.place, OF_A_MISSION) is None:
        raise NotFoundError
    return dispute


async def _view(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, row: Appointment, profile: ProfileView
) -> AppointmentView:
    is_own = row.account_id == actor.account_id
    window = await window_of(uow, row.id)
    return AppointmentView(
        id=row.id,
        account_id=row.account_id,
        name=profile.name,
        role=row.role,
        profile=profile,
        mission_id=row.mission_id if _reads_mission(actor, dispute, is_own=is_own) else None,
        named_at=row.named_at,
        chosen_together=row.chosen_together,
        declared=await _declared(uow, dispute, row) if row.role is SeatRole.MEDIATOR else (),
        window=await _window(uow, actor, row, window) if window is not None else None,
        objections=await _objections(uow, actor, dispute, row, is_own=is_own),
        ended_at=row.ended_at,
        ending=row.ending,
        reason=await uow.vault.open_text(uow.session, dispute.procedure, row.id, row.reason_sealed)
        if row.reason_sealed
        else "",
        is_own=is_own,
    )


def _reads_mission(actor: Actor, dispute: DisputeFacts, *, is_own: bool) -> bool:
    """Tell whether a mission exists for the actor: for the parties and the mediator, and for its own expert."""
    held = OF_A_MISSION if is_own else frozenset[Condition]()
    return actor.may(Act.READ, Thing.TERMS_OF_REFERENCE, Place(dispute.id, None, SpaceKind.JOINT), held) is not None


async def _declared(uow: UnitOfWork, dispute: DisputeFacts, row: Appointment) -> tuple[DeclaredView, ...]:
    at = await uow.session.scalar(select(SeatRow.declared_at).where(SeatRow.id == row.seat_id))
    newest = await ties_declared(uow, dispute, row.seat_id)
    if at is None or not newest:
        return ()

    def told(when: datetime, ties: tuple[Tie, ...]) -> DeclaredView:
        return DeclaredView(when, tuple((subject_words(tie, dispute.parties), tie.text) for tie in ties))

    former = await declared_before(uow, dispute, row.seat_id)
    return (told(at, newest), *(told(when, ties) for when, ties in former))


async def _window(uow: UnitOfWork, actor: Actor, row: Appointment, window: ObjectionWindow) -> WindowView:
    answers = (await uow.session.scalars(select(Objection).where(Objection.window_id == window.id))).all()
    seat = actor.seat_in(row.dispute_id)
    own = seat.party_id if seat else None
    answered = own is not None and any(answer.party_id == own for answer in answers)
    is_open = window.closed_at is None
    represents = seat is not None and own is not None and seat.role is SeatRole.REPRESENTATIVE
    return WindowView(
        opened_at=window.opened_at,
        due=window.due,
        is_open=is_open,
        reviewed=is_open and any(answer.objects and answer.decided_at is None for answer in answers),
        answered=answered,
        may_answer=is_open and represents and not answered and window.due > uow.now(),
    )


async def _objections(
    uow: UnitOfWork, actor: Actor, dispute: DisputeFacts, row: Appointment, *, is_own: bool
) -> tuple[ObjectionView, ...]:
    windows = select(ObjectionWindow.id).where(ObjectionWindow.appointment_id == row.id)
    found = (
        await uow.session.scalars(
            select(Objection)
            .where(Objection.window_id.in_(windows), Objection.objects.is_(True))
            .order_by(Objection.said_at, Objection.id)
        )
    ).all()
    names = await account_names(uow, {each.said_by for each in found})
    views: list[ObjectionView] = []
    for each in found:
        place = Place(dispute.id, each.party_id, SpaceKind.PROCEDURE)
        held = frozenset({Condition.SHOWN}) if is_own and each.shown_at is not None else frozenset[Condition]()
        party, room = dispute.party(each.party_id), await find_space(uow, dispute.id, SpaceKind.PRIVATE, each.party_id)
        if actor.may(Act.READ, Thing.OBJECTION, place, held) is None or room is None:
            continue
        opened = uow.vault.open_text
        views.append(
            ObjectionView(
                id=each.id,
                party=party.name if party else "",
                said_by=names.get(each.said_by, ""),
                said_at=each.said_at,
                reason=await opened(uow.session, room.ref, each.id, each.reason_sealed) if each.reason_sealed else "",
                shown=each.shown_at is not None,
                decided_at=each.decided_at,
                upheld=bool(each.upheld),
                decision=await opened(uow.session, room.ref, each.window_id, each.decision_sealed)
                if each.decision_sealed
                else "",
            )
        )
    return tuple(views)
