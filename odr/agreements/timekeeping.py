"""What the day by which an agreement to mediate is to be signed does when near or past (see odr/timekeeping.py)."""

from sqlalchemy import select

from odr.agreements.commands import of_version
from odr.agreements.events import SignatureAwaited, SignatureLate
from odr.agreements.lookup import joint_space, row_of, signers_of, text_of_version
from odr.agreements.models import Agreement, AgreementState, AgreementVersion, Signature
from odr.deadlines.timers import Knock
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import dispute_facts
from odr.ids import AgreementId, PartyId
from odr.parties.queries import seats_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import SeatRole

_AWAITED = "L10"  # every party signed, the mediator declared independence, and no window to object is open


async def remind_signature(uow: UnitOfWork, knock: Knock) -> None:
    """Remind the representatives of the parties that have not signed, and nobody else."""
    found = await _awaiting(uow, knock)
    if found is None:
        return
    row, version, missing = found
    joint = await joint_space(uow, row.dispute_id)
    for seat in await seats_of(uow, row.dispute_id):
        if seat.party_id in missing and seat.role is SeatRole.REPRESENTATIVE:
            await uow.record(
                SignatureAwaited(
                    dispute_id=row.dispute_id,
                    space_id=joint.id,
                    rule=_AWAITED,
                    actor_id=None,
                    agreement_id=row.id,
                    number=version.number,
                    digest=version.digest.hex(),
                    account_id=seat.account_id,
                )
            )


async def end_signature(uow: UnitOfWork, knock: Knock) -> None:
    """Tell the centre and the mediator that signatures are missing; nothing ends by itself."""
    found = await _awaiting(uow, knock)
    if found is not None:
        row, version, _missing = found
        await uow.record(await of_version(uow, SignatureLate, row, version, _AWAITED, None))


async def _awaiting(uow: UnitOfWork, knock: Knock) -> tuple[Agreement, AgreementVersion, set[PartyId]] | None:
    if knock.subject_id is None:
        return None
    dispute = await dispute_facts(uow, knock.dispute_id)
    row, version = await row_of(uow, dispute.id, AgreementId(knock.subject_id))
    if (
        row.state is not AgreementState.FROZEN
        or row.sign_by != knock.due
        or dispute.stage not in ACTIVITIES[Activity.SIGN_CONVENTION]
    ):
        return None
    signed = set(await uow.session.scalars(select(Signature.party_id).where(Signature.version_id == version.id)))
    return row, version, set(signers_of(dispute, await text_of_version(uow, version))) - signed
