"""Delivery status notifications (RFC 3464): what came back when a mail could not be delivered. No I/O, all limited."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import Message
from typing import Final, cast
from uuid import UUID

from odr.errors import InvalidInputError

LIMIT: Final = 1024 * 1024
"""Octets of a report that are read; mail servers send a few thousand, or the refused mail with it."""

_PARTS: Final = 20
_RECIPIENTS: Final = 50
_MESSAGE_ID: Final = re.compile(r"<([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@[^<>\s]{1,255}>")
_STATUS: Final = re.compile(r"[245]\.[0-9]{1,3}\.[0-9]{1,3}")


@dataclass(frozen=True, slots=True)
class Report:
    """A mail of ours that was not delivered: its id, for which addresses (lower case), and the status (RFC 3463)."""

    mail_id: UUID
    addresses: frozenset[str]
    status: str


def read_report(octets: bytes) -> Report:
    """Return what a notification says of a mail of ours.

    Raises InvalidInputError (``report``: too_large, no_report for anything else than a delivery status notification,
    not_failed for a delay or a delivery, no_mail_of_ours where it does not name the mail that came back).
    """
    if len(octets) > LIMIT:
        raise InvalidInputError({"report": "too_large"})
    try:
        message = message_from_bytes(octets, policy=policy.compat32)
        parts = list(_parts(message))
    except (MessageError, UnicodeError, ValueError, LookupError, RecursionError):
        raise InvalidInputError({"report": "no_report"}) from None
    if message.get_content_type() != "multipart/report":
        raise InvalidInputError({"report": "no_report"})
    statuses = [part for part in parts if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        raise InvalidInputError({"report": "no_report"})
    failed = [block for part in statuses for block in _recipients(part) if _field(block, "Action").lower() == "failed"]
    if not failed:
        raise InvalidInputError({"report": "not_failed"})
    mail_id = _mail_id(parts)
    if mail_id is None:
        raise InvalidInputError({"report": "no_mail_of_ours"})
    found = _STATUS.search(_field(failed[0], "Status"))
    return Report(mail_id, frozenset(_addresses(failed)), found.group() if found else "5.0.0")


def _parts(message: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield a report's own parts; what they hold is looked into only where a reader asks for it."""
    payload: object = message.get_payload()
    if isinstance(payload, list):
        found = cast("list[object]", payload)
        yield from (part for part in found[:_PARTS] if isinstance(part, Message))


def _recipients(part: "Message[str, str]") -> Iterator["Message[str, str]"]:
    """Yield the blocks of fields after the first, which is about the whole mail (RFC 3464 § 2.1)."""
    payload: object = part.get_payload()
    if isinstance(payload, list):
        found = cast("list[object]", payload)
        yield from (block for block in found[1 : 1 + _RECIPIENTS] if isinstance(block, Message))


def _field(block: "Message[str, str]", name: str) -> str:
    """Return a field as it was sent; an address with accents stands there in UTF-8 (RFC 6533)."""
    for known, value in block.raw_items():
        if known.lower() == name.lower():
            return str(value)[:1000].encode("utf-8", "surrogateescape").decode("utf-8", "replace").strip()
    return ""


def _addresses(blocks: "list[Message[str, str]]") -> Iterator[str]:
    for block in blocks:
        for name in ("Original-Recipient", "Final-Recipient"):
            address = _field(block, name).rpartition(";")[2].strip().strip("<>").lower()
            if address:
                yield address


def _mail_id(parts: "list[Message[str, str]]") -> UUID | None:
    """Return the id of the mail that came back, from its headers (RFC 3462 § 1), else from none other."""
    for part in parts:
        kind = part.get_content_type()
        payload: object = part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
            text = _field(cast("Message[str, str]", payload[0]), "Message-ID")
        elif kind == "text/rfc822-headers" and isinstance(payload, str):
            text = _field(message_from_bytes(payload[:LIMIT].encode("utf-8", "replace")), "Message-ID")
        else:
            continue
        found = _MESSAGE_ID.search(text.lower())
        if found:
            return UUID(found.group(1))
    return None
