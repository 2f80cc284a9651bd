"""Finding an agreement's rows, its text and its signatories, and the line of the table that lets somebody touch it."""

from typing import Final

from sqlalchemy import ColumnElement, exists, or_, select

from odr.agreements.lines import line_names, signing_parties
from odr.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementState,
    AgreementVersion,
    ClauseProposal,
    ProposalState,
)
from odr.agreements.naming import is_outdated
from odr.agreements.parsing import read
from odr.agreements.text import AgreementText, TextLanguage, digest
from odr.disputes.lifecycle import ACTIVITIES, Activity
from odr.disputes.queries import DisputeFacts
from odr.errors import ConflictError, NotFoundError, NotPermittedError
from odr.ids import AgreementId, DisputeId, PartyId
from odr.offers.models import Offer
from odr.parties.queries import PartyFacts, seats_of
from odr.people.models import Account
from odr.spaces.queries import SpaceFacts, space_of
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, Place
from odr.visibility.policy import Rule
from odr.visibility.terms import Act, SpaceKind, Thing

SIGNED_WHILE: Final = {
    AgreementKind.CONVENTION: Activity.SIGN_CONVENTION,
    AgreementKind.SETTLEMENT: Activity.SIGN_AGREEMENT,
}
"""What signing each kind counts as, for the stage."""


def required_rule(actor: Actor, act: Act, dispute_id: DisputeId, thing: Thing = Thing.AGREEMENT) -> Rule:
    """Return the line that lets the actor do ``act``. Raises NotFoundError where they may not even read."""
    place = Place(dispute_id, None, SpaceKind.JOINT)
    if actor.may(Act.READ, thing, place) is None:
        raise NotFoundError
    rule = actor.may(act, thing, place)
    if rule is None:
        raise NotPermittedError("not_permitted")
    return rule


def may_draft(actor: Actor, dispute: DisputeFacts) -> bool:
    """Tell whether the actor holds the pen now."""
    rule = actor.may(Act.DRAFT, Thing.AGREEMENT, Place(dispute.id, None, SpaceKind.JOINT))
    return rule is not None and dispute.stage in ACTIVITIES[Activity.DRAFT_AGREEMENT]


def on_the_table() -> ColumnElement[bool]:
    """Return the condition under which an agreement is read: what was made from a stopped offer is not.

    What every party signed is read whatever is stopped afterwards: it binds.
    """
    stopped = exists().where(Offer.id == Agreement.offer_id, Offer.stopped_at.is_not(None))
    return or_(Agreement.state == AgreementState.SIGNED, ~stopped)


async def joint_space(uow: UnitOfWork, dispute_id: DisputeId) -> SpaceFacts:
    """Return the room under whose key every agreement is sealed."""
    return await space_of(uow, dispute_id, SpaceKind.JOINT)


async def dispute_language(uow: UnitOfWork, dispute: DisputeFacts) -> TextLanguage:
    """Return the language in which a dispute's formal texts are written: that of whoever filed it."""
    language = await uow.session.scalar(select(Account.language).where(Account.id == dispute.filed_by))
    return "en" if language == "en" else "fr"


async def is_discussed(uow: UnitOfWork, agreement_id: AgreementId) -> bool:
    """Tell whether another wording is proposed for one of an agreement's clauses: meanwhile nobody signs it."""
    found = select(ClauseProposal.id).where(
        ClauseProposal.agreement_id == agreement_id, ClauseProposal.state == ProposalState.OPEN
    )
    return await uow.session.scalar(found.limit(1)) is not None


async def awaits_mediator(uow: UnitOfWork, dispute: DisputeFacts, version: AgreementVersion) -> bool:
    """Tell whether an agreement to mediate names somebody who mediates no longer: meanwhile nobody signs it."""
    return is_outdated(dispute, await seats_of(uow, dispute.id), await text_of_version(uow, version))


async def row_of(
    uow: UnitOfWork, dispute_id: DisputeId, agreement_id: AgreementId, *, lock: bool = False
) -> tuple[Agreement, AgreementVersion]:
    """Return an agreement's row and its frozen version, else its newest one. For commands that have permitted it.

    ``lock`` holds the row until the transaction's end, so that of two people at once the second sees what the first
    did. Raises NotFoundError.
    """
    query = select(Agreement).where(Agreement.id == agreement_id, Agreement.dispute_id == dispute_id, on_the_table())
    query = query.execution_options(populate_existing=True)
    row = await uow.session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFoundError
    versions = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id)
    if row.frozen_version_id is not None:
        versions = versions.where(AgreementVersion.id == row.frozen_version_id)
    version = await uow.session.scalar(versions.order_by(AgreementVersion.number.desc()).limit(1))
    if version is None:
        raise NotFoundError
    return row, version


async def text_of_version(uow: UnitOfWork, version: AgreementVersion) -> AgreementText:
    """Return a version's text, from the bytes that were digested. Raises ConflictError ``text_altered``."""
    joint = await joint_space(uow, version.dispute_id)
    stored = await uow.vault.open_text(uow.session, joint.ref, version.id, version.text_sealed)
    text = read(stored.encode())
    if digest(text) != version.digest:
        raise ConflictError("text_altered")
    return text


def signers_of(dispute: DisputeFacts, text: AgreementText) -> dict[PartyId, PartyFacts]:
    """Return the parties that must sign a text: those whose names stand in it."""
    names = line_names(signing_parties(dispute))
    written = {line.name for line in text.parties if line.role != "mediator"}
    return {party.id: party for party in dispute.parties if names.get(party.id) in written}
