"""The record of a wrong disclosure on paper: what was withdrawn, who had opened it and when, what was done."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import msgspec
import rfc8785

from odr.crossing.models import Copies, Outcome
from odr.crossing.withdrawn import QuarantineView, ReaderView
from odr.paper.typesetting import Data, colophon, day_in_words, fine, groups, moment_in_words, name_line, paper, set_pdf
from odr.words import home_zone, pgettext, use_language
from vault import Receipt

RECORD_FILE: Final = "withdrawal.json"
FORMAT: Final = "entente-withdrawal/v1"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "withdrawal.typ"

_JSON: TypeAlias = "str | bool | Sequence[_JSON] | Mapping[str, _JSON] | None"


def record_pdf(
    view: QuarantineView,
    receipts: Sequence[Receipt],
    *,
    reference: str,
    centre: str,
    language: str,
    issued_at: datetime,
    zone: ZoneInfo = home_zone,
) -> bytes:
    """The record as PDF/A-3a; its JSON, with the receipts of its ledger entries, is attached.

    The same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread.
    """
    with use_language(language, zone):
        whole = rfc8785.dumps(_told(view, receipts, reference, centre, issued_at))
        return set_pdf(_TEMPLATE, _data(view, reference, centre, whole, issued_at), whole, made_at=issued_at)


def _told(
    view: QuarantineView, receipts: Sequence[Receipt], reference: str, centre: str, issued_at: datetime
) -> dict[str, _JSON]:
    return {
        "format": FORMAT,
        "reference": reference,
        "centre": centre,
        "party": view.party,
        "number": view.number,
        "offer_id": str(view.offer_id) if view.offer_id else None,
        "apart": view.apart,
        "title": view.title,
        "file_name": view.file_name,
        "sha256": view.sha256,
        "why": view.why,
        "begun_by": view.begun_by,
        "begun_at": view.begun_at.isoformat(),
        "outcome": view.outcome.value,
        "ended_by": view.ended_by,
        "ended_at": view.ended_at.isoformat() if view.ended_at else None,
        "readers": [
            {
                "name": reader.name,
                "party": reader.party,
                "opened_at": reader.opened_at.isoformat(),
                "asked": reader.asked,
                "copies": reader.copies.value if reader.copies else None,
                "answered_at": reader.answered_at.isoformat() if reader.answered_at else None,
            }
            for reader in view.readers
        ],
        "receipts": [msgspec.json.decode(receipt.to_json()) for receipt in receipts],
        "issued_at": issued_at.isoformat(),
    }


def _data(view: QuarantineView, reference: str, centre: str, whole: bytes, issued_at: datetime) -> dict[str, Data]:
    title = pgettext("document", "Record of a withdrawal")
    description = pgettext("document", "The facts of this record and the receipts of its entries, as canonical JSON")
    data = paper(title, name_line(centre), reference, whole, RECORD_FILE, description)
    thing = (
        pgettext("document", "exhibit %(number)s (“%(title)s”)", number=view.number, title=view.title)
        if view.number
        else pgettext("document", "an offer to settle")
        if view.offer_id
        else pgettext("document", "a message of the joint space")
    )
    statement = pgettext(
        "document",
        "On %(moment)s, %(who)s withdrew %(thing)s from the joint space, as it was not meant to be there. From that "
        "moment nobody at the table could open it. This record states facts only.",
        moment=moment_in_words(view.begun_at),
        who=view.begun_by,
        thing=thing,
    )
    if view.apart and view.exhibit_id is not None:
        statement = pgettext(
            "document",
            "On %(moment)s, %(who)s withdrew the exhibit “%(title)s” from the caucuses in which it had been handed "
            "over, as it was not meant to be there. From that moment nobody to whom it had been handed could open it. "
            "This record states facts only.",
            moment=moment_in_words(view.begun_at),
            who=view.begun_by,
            title=view.title,
        )
    elif view.apart:
        statement = pgettext(
            "document",
            "On %(moment)s, %(who)s withdrew a sentence from the caucuses in which it had been said, as it was not "
            "meant to be there. From that moment nobody to whom it had been said could read it. This record states "
            "facts only.",
            moment=moment_in_words(view.begun_at),
            who=view.begun_by,
        )
    return data | {
        "statement": fine(statement),
        "why_heading": pgettext("document", "What happened"),
        "why": fine(view.why),
        "thing_digest": groups(bytes.fromhex(view.sha256)),
        "thing_digest_label": pgettext("document", "SHA-256 of what was withdrawn"),
        "readers_heading": pgettext("document", "Who had opened it"),
        "reader_columns": [
            pgettext("document", "Who"),
            pgettext("document", "First opened"),
            pgettext("document", "Copies"),
        ],
        "readers": [_reader(reader) for reader in view.readers],
        "nobody": pgettext("document", "Nobody of another party had opened it."),
        "outcome_heading": pgettext("document", "What was decided"),
        "outcome": fine(_outcome(view)),
        "issued": pgettext(
            "document", "Issued on %(day)s by %(centre)s.", day=day_in_words(issued_at), centre=name_line(centre)
        ),
        "colophon": colophon(RECORD_FILE, issued_at),
    }


def _reader(reader: ReaderView) -> Data:
    said = {
        Copies.NONE_KEPT: pgettext("document", "says that no copy was kept"),
        Copies.DELETED: pgettext("document", "says that every copy was deleted"),
        Copies.KEPT: pgettext("document", "says that a copy was kept"),
    }
    copies = pgettext("document", "not asked") if not reader.asked else pgettext("document", "asked; no answer yet")
    if reader.copies is not None and reader.answered_at is not None:
        copies = f"{said[reader.copies]}, {moment_in_words(reader.answered_at)}"
    who = f"{reader.name}, {reader.party}" if reader.party else reader.name
    return {"who": name_line(who), "at": moment_in_words(reader.opened_at), "copies": fine(copies)}


def _outcome(view: QuarantineView) -> str:
    if view.outcome is Outcome.OPEN or view.ended_at is None:
        return pgettext("document", "Nothing yet: it stays withdrawn.")
    at, who = moment_in_words(view.ended_at), view.ended_by
    if view.outcome is Outcome.RESTORED:
        return pgettext("document", "On %(moment)s, %(who)s put it back in its place.", moment=at, who=who)
    return pgettext(
        "document", "On %(moment)s, %(who)s took it out for good: its line stays, empty.", moment=at, who=who
    )
