"""A receipt that people understand: one page of paper, with the machine's receipt attached to it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import segno

from odr.disputes.queries import visible_dispute
from odr.errors import NotFoundError
from odr.evidence.history import versions_of
from odr.evidence.labels import side_of
from odr.evidence.names import shown_name
from odr.evidence.proving import receipt_of
from odr.evidence.queries import visible_exhibit
from odr.evidence.withdrawn import taken_back
from odr.ids import DisputeId, ExhibitId, ExhibitVersionId
from odr.paper.authorities import with_demo_in_words
from odr.paper.typesetting import Data, fine, groups, moment_in_words, name_line, paper, set_pdf
from odr.settings import Settings
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.words import exact_size, home_zone, pgettext, use_language
from vault import JSON, Receipt, Stamped, stamped

RECEIPT_FILE: Final = "receipt.json"
"""Name of the machine's receipt inside the PDF; the verifier's page looks for it."""
_TEMPLATE: Final = Path(__file__).parent / "typst" / "receipt.typ"
_QUIET_ZONE: Final = 2  # modules of white around the code; the paper around it is white too


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says, as its reader may know it; what the event itself says comes from ``receipt``.

    ``signed_at``: when the log's tick that holds it began, by the platform's clock; none before it.
    """

    reference: str
    centre: str
    number: str
    by: str
    party: str
    side: str
    room: SpaceKind
    receipt: Receipt
    signed_at: datetime | None
    stamps: tuple[Stamped, ...]
    verifier: str


async def receipt_for(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    *,
    room: SpaceKind | None = None,
    version_id: ExhibitVersionId | None = None,
) -> tuple[str, Receipt]:
    """Return the number and the machine's receipt: of what stands in a room, else of what its lodger took back.

    Raises :class:`NotFoundError`, :class:`ConflictError` (``destroyed``).
    """
    try:
        return await receipt_of(uow, actor, dispute_id, exhibit_id, room=room, version_id=version_id)
    except NotFoundError:
        gone = await taken_back(uow, actor, dispute_id, exhibit_id, room=room)
        return gone.number, gone.receipt


async def receipt_facts(
    uow: UnitOfWork,
    actor: Actor,
    dispute_id: DisputeId,
    exhibit_id: ExhibitId,
    settings: Settings,
    *,
    room: SpaceKind | None = None,
    version_id: ExhibitVersionId | None = None,
) -> ReceiptFacts:
    """Gather what the paper says of a version's entry into a room; for whom the machine's receipt is, and no other.

    Raises as :func:`receipt_for` does.
    """
    dispute = await visible_dispute(uow, actor, dispute_id)
    try:
        number, receipt = await receipt_of(uow, actor, dispute_id, exhibit_id, room=room, version_id=version_id)
    except NotFoundError:
        gone = await taken_back(uow, actor, dispute_id, exhibit_id, room=room)
        number, receipt, kind = gone.number, gone.receipt, gone.room
        owner = dispute.party(gone.owner_id)
        by, party, side = actor.name, owner.name if owner else "", side_of(gone.prefix)
    else:
        exhibit = await visible_exhibit(uow, actor, dispute_id, exhibit_id)
        sha256, space = receipt.event["sha256"], receipt.event["space_id"]
        versions = await versions_of(uow, actor, dispute_id, exhibit_id)
        entry = next(each for each in versions if (each.sha256.hex(), str(each.space_id)) == (sha256, space))
        by, party, side, kind = entry.by, exhibit.owner_name, exhibit.side, entry.room
    slot = receipt.batch.slot if receipt.batch else None
    return ReceiptFacts(
        reference=dispute.reference,
        centre=settings.centre_name,
        number=number,
        by=by,
        party=party,
        side=side,
        room=kind,
        receipt=receipt,
        signed_at=datetime.fromtimestamp(slot * settings.vault.cadence_seconds, UTC) if slot is not None else None,
        stamps=stamped(receipt),
        verifier=f"{settings.public_url}/verify",
    )


def receipt_pdf(facts: ReceiptFacts, *, language: str, issued_at: datetime, zone: ZoneInfo = home_zone) -> bytes:
    """One page of PDF/A-3a; the same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread.

    The code on it carries the verifier's address and, behind ``#``, which no browser sends, the file's digest: nothing
    of the dispute.
    """
    with use_language(language, zone):
        whole = facts.receipt.to_json()
        digest = bytes.fromhex(_text(facts.receipt.event["sha256"]))
        data = _receipt_data(facts, whole, digest, issued_at)
        code = BytesIO()
        link = f"{facts.verifier}#sha256={digest.hex()}"
        segno.make(link, error="m", micro=False).save(code, kind="svg", border=_QUIET_ZONE, xmldecl=False)
        return set_pdf(_TEMPLATE, data, whole, made_at=issued_at, images={"code.svg": code.getvalue()})


def _receipt_data(facts: ReceiptFacts, whole: bytes, digest: bytes, issued_at: datetime) -> dict[str, Data]:
    event = facts.receipt.event
    kind = pgettext("receipt", "Receipt for exhibit %(number)s", number=facts.number)
    described = pgettext("receipt", "The machine's receipt: the proof, as canonical JSON (RFC 8785)")
    data = paper(_text(event["title"]), kind, facts.reference, whole, RECEIPT_FILE, described)
    return data | {
        "title": name_line(_text(event["title"])),
        "document_title": f"{kind} \u2013 {name_line(facts.reference)}",
        "rows": _rows(facts),
        "file_digest_label": pgettext("receipt", "Digest of the file (SHA-256): 64 characters, in groups of eight"),
        "file_digest": groups(digest),
        "proof_heading": pgettext("receipt", "State of the proof"),
        "proof": _proof(facts),
        "check_heading": pgettext("receipt", "Check it yourself"),
        "check": [
            fine(
                pgettext(
                    "receipt",
                    "Open %(verifier)s, or scan the code. Give the page the file and this PDF: it reads both on your "
                    "own device, sends nothing, and gives four answers.",
                    verifier=facts.verifier.partition("://")[2],
                )
            ),
            fine(
                pgettext(
                    "receipt",
                    "Without our site: any copy of that page will do, and so will the command “sha256sum”, whose "
                    "result must be the 64 characters above.",
                )
            ),
            fine(
                pgettext(
                    "receipt",
                    "The code holds the page's address and the digest above, and nothing of the dispute.",
                )
            ),
        ],
        "code_words": pgettext("receipt", "QR code: the address of the page that verifies, and the digest of the file"),
        "colophon": [
            pgettext(
                "receipt",
                "Made on %(moment)s by %(centre)s. The file %(name)s attached to this PDF is the proof itself: keep "
                "this PDF as it is, a print alone proves nothing.",
                moment=moment_in_words(issued_at),
                centre=name_line(facts.centre),
                name=RECEIPT_FILE,
            )
        ],
    }


def _rows(facts: ReceiptFacts) -> list[Data]:
    event = facts.receipt.event
    sides = {
        "claimant": pgettext("receipt", "%(party)s, claimant", party=facts.party),
        "respondent": pgettext("receipt", "%(party)s, respondent", party=facts.party),
        "expert": pgettext("receipt", "the neutral expert"),
        "mediator": pgettext("receipt", "the mediator"),
    }
    readers = {
        SpaceKind.PRIVATE: pgettext("receipt", "The team of the party that lodged it, and nobody else."),
        SpaceKind.CAUCUS: pgettext(
            "receipt",
            "The party that lodged it, its team and the mediator. The other party sees nothing of it, nor that it is "
            "there.",
        ),
        SpaceKind.JOINT: pgettext("receipt", "Everyone at the table: every party, its counsel, and the mediator."),
        SpaceKind.EXPERT: pgettext("receipt", "The neutral expert, on whose desk it lies."),
    }
    rows = [
        (pgettext("receipt", "File"), name_line(shown_name(_text(event["file_name"])))),
        (pgettext("receipt", "Size"), fine(exact_size(int(_text(event["size"]))))),
        (pgettext("receipt", "Recorded"), moment_in_words(datetime.fromisoformat(_text(event["at"])))),
        (pgettext("receipt", "By"), name_line(facts.by)),
        (pgettext("receipt", "For"), name_line(sides.get(facts.side, facts.party))),
        (pgettext("receipt", "Who can read it there"), fine(readers[facts.room])),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _proof(facts: ReceiptFacts) -> list[Data]:
    log = facts.receipt.log
    if log is None or facts.signed_at is None:
        return [
            _line(
                "wait",
                pgettext(
                    "receipt",
                    "Received and stored, but not in the signed log yet: ask for this receipt again in a minute. Until "
                    "then it proves nothing.",
                ),
            )
        ]
    lines = [
        _line(
            "good",
            pgettext(
                "receipt",
                "In the signed log since %(moment)s, by the platform's clock.",
                moment=moment_in_words(facts.signed_at),
            ),
        ),
        _line(
            "good",
            pgettext(
                "receipt",
                "Log %(log)s, checkpoint of size %(size)s, signed with the key whose fingerprint begins with %(key)s.",
                log=name_line(log.checkpoint.origin),
                size=str(log.checkpoint.size),
                key=" ".join(log.key.fingerprint[at : at + 8] for at in (0, 8)),
            ),
        ),
    ]
    for stamp in facts.stamps:
        said = {
            True: pgettext("receipt", "Existed by %(moment)s, says %(authority)s, an independent time authority."),
            False: pgettext("receipt", "Existed by %(moment)s, says %(authority)s, which is NOT independent."),
        }[stamp.independent]
        named = {"moment": moment_in_words(stamp.time), "authority": name_line(with_demo_in_words(stamp.authority))}
        lines.append(_line("good" if stamp.independent else "wait", said % named))
    if not any(stamp.independent for stamp in facts.stamps):
        lines.append(_line("wait", pgettext("receipt", "No independent time stamp.")))
    return lines


def _line(tone: str, words: str) -> Data:
    return {"tone": tone, "words": fine(words)}


def _text(value: JSON) -> str:
    """Return what an event says under a name, as text."""
    return str(value)
