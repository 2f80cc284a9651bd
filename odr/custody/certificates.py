"""Certificates of destruction: what, when, by whom, under which rule, and the proof; never a title."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from odr.custody.queries import CertificateFacts
from odr.paper.typesetting import Data, fine, groups, moment_in_words, name_line, paper, set_pdf
from odr.words import exact_size, home_zone, ngettext, pgettext, use_language

RECEIPT_FILE: Final = "receipt.json"
STATEMENT_FILE: Final = "destruction.json"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "destruction.typ"

_SCOPES: Final[dict[str, Callable[[], str]]] = {
    "item": lambda: pgettext("destruction", "An exhibit, with every version of it"),
    "space": lambda: pgettext("destruction", "A room, with its messages and every exhibit that was in no other"),
    "person": lambda: pgettext("destruction", "A person's private drafts and personal data"),
}
_REASONS: Final[dict[str, Callable[[], str]]] = {
    "retention": lambda: pgettext("destruction", "The time of keeping is over"),
    "owner": lambda: pgettext("destruction", "Whoever it belonged to asked for it"),
    "court": lambda: pgettext("destruction", "A court or an authority ordered it"),
    "erasure": lambda: pgettext("destruction", "The person asked for it (GDPR, art. 17)"),
}
_RULES: Final[dict[str, Callable[[], str]]] = {
    "K2": lambda: pgettext("destruction", "K2: asked by one person, decided by an archivist who is another"),
    "K3": lambda: pgettext("destruction", "K3: each person may have their own drafts and data erased"),
}


def certificate_pdf(
    found: CertificateFacts, *, centre: str, language: str, issued_at: datetime, zone: ZoneInfo = home_zone
) -> bytes:
    """The certificate as PDF/A-3a with its receipt attached. Synchronous and CPU-bound: call it in a thread."""
    with use_language(language, zone):
        whole = found.receipt.to_json()
        data = _data(found, centre, whole, issued_at)
        return set_pdf(_TEMPLATE, data, whole, made_at=issued_at, images={STATEMENT_FILE: found.whole})


def _data(found: CertificateFacts, centre: str, whole: bytes, issued_at: datetime) -> dict[str, Data]:
    facts = found.facts
    title = pgettext("destruction", "Certificate of destruction")
    described = pgettext("destruction", "The machine's receipt: the proof, as canonical JSON (RFC 8785)")
    reference = facts["dispute"] or str(facts["id"])[:8]
    data = paper(title, name_line(centre), reference, whole, RECEIPT_FILE, described)
    return data | {
        "statement": fine(
            pgettext(
                "destruction",
                "The keys to what is described below were destroyed. Without them the sealed bytes, wherever a copy of "
                "them may be, cannot be read any more. This certificate says how much there was and which digests it "
                "had, never what it was called or what it said.",
            )
        ),
        "rows": _rows(facts),
        "items_heading": pgettext("destruction", "What was destroyed"),
        "items": [_item(item) for item in facts["items"]],
        "withheld_heading": pgettext("destruction", "What was withheld, and why"),
        "withheld": _withheld(facts["withheld"]),
        "limits_heading": pgettext("destruction", "From when on it holds for copies"),
        "limits": [
            fine(
                pgettext(
                    "destruction",
                    "On this platform: at once. A database restored from an older backup carries the destruction out "
                    "again when it starts. A stolen older backup stays unreadable without the root key; once the root "
                    "key was changed and the former one destroyed, nobody can open it.",
                )
            )
        ],
        "statement_file": {
            "name": STATEMENT_FILE,
            "description": pgettext("destruction", "What this certificate states, as canonical JSON (RFC 8785)"),
        },
        "colophon": [
            pgettext(
                "destruction",
                "Made on %(moment)s by %(centre)s. The files %(statement)s and %(name)s attached to this PDF prove "
                "that this destruction stands in the register as stated. Keep this PDF as it is: the platform's page "
                "“Verify a document” and the command entente verify check it by itself, a print alone proves nothing.",
                moment=moment_in_words(issued_at),
                centre=name_line(centre),
                statement=STATEMENT_FILE,
                name=RECEIPT_FILE,
            )
        ],
    }


def _rows(facts: dict[str, Any]) -> list[Data]:
    nobody = pgettext("destruction", "the operator of the platform")
    size = exact_size(facts["bytes"])
    files = ngettext("%(n)s file, %(size)s", "%(n)s files, %(size)s", facts["files"], size=size)
    when = moment_in_words(datetime.fromisoformat(facts["destroyed_at"]))
    rows = [
        (pgettext("destruction", "What"), _SCOPES[facts["scope"]]()),
        (pgettext("destruction", "How much"), files),
        (pgettext("destruction", "When"), when),
        (pgettext("destruction", "Why"), _REASONS[facts["because"]]()),
        (pgettext("destruction", "Rule"), _RULES[facts["rule"]]()),
        (pgettext("destruction", "Asked by"), name_line(facts["asked_by"] or nobody)),
        (pgettext("destruction", "Decided by"), name_line(facts["decided_by"] or nobody)),
        (pgettext("destruction", "Number"), facts["id"]),
    ]
    return [{"label": label, "value": value} for label, value in rows]


def _item(item: dict[str, Any]) -> Data:
    words = pgettext(
        "destruction",
        "Version %(version)s, %(size)s; SHA-256 digest of the file:",
        version=str(item["version"]),
        size=exact_size(item["size"]),
    )
    return {"words": fine(words), "digest": groups(bytes.fromhex(item["sha256"]))}


def _withheld(withheld: dict[str, int]) -> list[Data]:
    said: list[Data] = []
    if withheld.get("evidence"):
        said.append(
            ngettext(
                "%(n)s exhibit that others have a right to: it is evidence in a dispute (GDPR, art. 17(3)(e)).",
                "%(n)s exhibits that others have a right to: they are evidence in a dispute (GDPR, art. 17(3)(e)).",
                withheld["evidence"],
            )
        )
    if withheld.get("held"):
        said.append(
            ngettext(
                "%(n)s draft under a legal hold, until the hold is lifted.",
                "%(n)s drafts under a legal hold, until the hold is lifted.",
                withheld["held"],
            )
        )
    return said
