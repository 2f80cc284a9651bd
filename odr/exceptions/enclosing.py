"""The one exhibit that an extract discloses, and whether its file can lie beside it: it may be gone, or infected."""

from dataclasses import dataclass
from enum import StrEnum

from odr.evidence.infected import may_receive
from odr.evidence.models import ExhibitVersion
from odr.evidence.placing import item_of
from odr.evidence.scanning import Outcome
from odr.exceptions.models import LegalException
from odr.exceptions.queries import known_row
from odr.ids import DisputeId, ExhibitVersionId, LegalExceptionId
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor


class Beside(StrEnum):
    """What became of the file that an extract is about."""

    THERE = "there"
    THERE_INFECTED = "there_infected"  # the reader said why they want it all the same
    INFECTED = "infected"  # left out
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A version that was disclosed, and whether its file can be handed to this reader."""

    version: ExhibitVersion
    beside: Beside

    @property
    def is_there(self) -> bool:
        """Whether the file lies beside the extract."""
        return self.beside in {Beside.THERE, Beside.THERE_INFECTED}


async def enclosed_in(uow: UnitOfWork, actor: Actor, row: LegalException) -> Enclosed | None:
    """Return the version that an exception disclosed; ``None`` where it disclosed words."""
    version = await uow.session.get(ExhibitVersion, row.version_id) if row.version_id else None
    if version is None:
        return None
    if (await uow.vault.facts(uow.session, item_of(version))).destroyed:
        return Enclosed(version, Beside.DESTROYED)
    if version.scan is not Outcome.INFECTED:
        return Enclosed(version, Beside.THERE)
    chosen = await may_receive(uow, actor, version)
    return Enclosed(version, Beside.THERE_INFECTED if chosen else Beside.INFECTED)


async def infected_and_left_out(
    uow: UnitOfWork, actor: Actor, dispute_id: DisputeId, exception_id: LegalExceptionId
) -> ExhibitVersionId | None:
    """Return which version an extract leaves out, as a virus was found in it. Raises :class:`NotFoundError`."""
    found = await enclosed_in(uow, actor, await known_row(uow, actor, dispute_id, exception_id))
    return found.version.id if found is not None and found.beside is Beside.INFECTED else None
