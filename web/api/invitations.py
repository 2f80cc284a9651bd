"""Invitations of parties: their mails, opening and answer; reminders; the record of an attempt and its receipt."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from litestar import Request, Response
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath

from odr.agreements.reading import attempt_receipt, open_attempt
from odr.disputes.invitations import Errand, InvitationView, Reply, invitations_of
from odr.disputes.inviting import remind_by_hand
from odr.ids import DisputeId, PartyId
from odr.platform import Platform
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from web.api.description import read, send
from web.api.disputes import ROOT
from web.api.files import answer_file
from web.api.shapes import shown
from web.evidence.download import disposition

API = Request[None, None, State]
INVITATION: Final = f"{ROOT}/invitations/{{party_id:uuid}}"


class InvitationMail(msgspec.Struct):
    """A mail, and what is known of its way to the mail server (empty: a folder); ``sha256`` of what was handed over."""

    errand: Errand
    name: str
    email: str
    asked_at: datetime
    handed_at: datetime | None
    refused_at: datetime | None
    server: str
    answer: str
    sha256: str | None


class AttemptBody(msgspec.Struct):
    """The record of an attempt: when it was made, its size in bytes and its SHA-256."""

    issued_at: datetime
    size: int
    sha256: str


class InvitationBody(msgspec.Struct):
    """A party's invitation. ``opened_at``: when its page was first opened by a person, read or not."""

    party_id: UUID
    party: str
    invited_at: datetime
    reply_by: datetime
    opened_at: datetime | None
    reply: Reply | None
    replied_at: datetime | None
    reason: str
    reason_told: bool
    mails: list[InvitationMail]
    record: AttemptBody | None
    may_remind: bool
    reminders_left: int
    next_reminder: datetime | None


def _body(view: InvitationView) -> InvitationBody:
    return shown(
        view,
        InvitationBody,
        mails=[shown(mail, InvitationMail) for mail in view.mails],
        record=shown(view.record, AttemptBody) if view.record else None,
    )


@read(f"{ROOT}/invitations")
async def list_invitations(
    uow: NamedDependency[UnitOfWork], actor: NamedDependency[Actor], dispute_id: FromPath[UUID]
) -> list[InvitationBody]:
    """Return what is known of a dispute's invitations; for its claimant and the secretariat."""
    return [_body(view) for view in await invitations_of(uow, actor, DisputeId(dispute_id))]


@send(f"{INVITATION}/remind")
async def remind_party(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> list[InvitationBody]:
    """Remind an invited party, three times at most and once a day (secretariat)."""
    await remind_by_hand(uow, actor, DisputeId(dispute_id), PartyId(party_id))
    return [_body(view) for view in await invitations_of(uow, actor, DisputeId(dispute_id))]


@read(f"{INVITATION}/record", media_type="application/pdf")
async def read_attempt(
    request: API,
    platform: NamedDependency[Platform],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Response[Any]:
    """Return the record of an attempt as PDF, with its facts as canonical JSON attached; 404 while it is being made."""
    async with platform.unit(write=False) as uow:
        opened = await open_attempt(uow, actor, DisputeId(dispute_id), PartyId(party_id))
    return answer_file(request, opened)


@read(f"{INVITATION}/receipt")
async def read_attempt_receipt(
    uow: NamedDependency[UnitOfWork],
    actor: NamedDependency[Actor],
    dispute_id: FromPath[UUID],
    party_id: FromPath[UUID],
) -> Response[dict[str, Any]]:
    """Return the receipt with which anyone verifies the record of an attempt."""
    name, receipt = await attempt_receipt(uow, actor, DisputeId(dispute_id), PartyId(party_id))
    return Response(
        msgspec.json.decode(receipt.to_json()),
        headers={"Content-Disposition": disposition(name), "Cache-Control": "no-store"},
    )


handlers = (list_invitations, remind_party, read_attempt, read_attempt_receipt)
