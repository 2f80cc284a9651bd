"""The record of an attempt to mediate: facts only, as PDF/A-3a with its JSON attached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

import rfc8785

from odr.disputes.invitations import InvitationView, MailView
from odr.disputes.models import Errand, Reply
from odr.paper.letters import spelled, uniform
from odr.paper.typesetting import (
    Data,
    blocks,
    colophon,
    day_in_words,
    fine,
    groups,
    moment_in_words,
    name_line,
    paper,
    set_pdf,
)
from odr.words import home_zone, pgettext, use_language

ATTEMPT_FILE: Final = "attempt.json"
FORMAT: Final = "entente-attempt/v1"
_TEMPLATE: Final = Path(__file__).parent / "typst" / "attempt.typ"

_JSON: TypeAlias = "bool | str | Sequence[_JSON] | Mapping[str, _JSON] | None"


@dataclass(frozen=True, slots=True)
class AttemptFacts:
    """All that the record of an attempt states. Of the dispute it names the parties, and nothing that divides them."""

    reference: str
    centre: str
    claimants: tuple[str, ...]
    invitation: InvitationView


def attempt_pdf(facts: AttemptFacts, *, language: str, issued_at: datetime, zone: ZoneInfo = home_zone) -> bytes:
    """The record as PDF; the same arguments give the same bytes. Synchronous and CPU-bound: call it in a thread.

    It draws no conclusion from silence, nor from a refusal: coming to a mediation is free. The reason of declining
    stands in it only where the party that gave it said so.
    """
    with use_language(language, zone):
        whole = rfc8785.dumps(_facts_json(facts, issued_at))
        return set_pdf(_TEMPLATE, _attempt_data(facts, whole, issued_at), whole, made_at=issued_at)


def _facts_json(facts: AttemptFacts, issued_at: datetime) -> dict[str, _JSON]:
    seen = facts.invitation
    return {
        "format": FORMAT,
        "reference": facts.reference,
        "centre": facts.centre,
        "claimants": facts.claimants,
        "invited": seen.party,
        "invited_at": seen.invited_at.isoformat(),
        "reply_by": seen.reply_by.isoformat(),
        "mails": [_mail_json(mail) for mail in seen.mails],
        "page_opened_at": _moment(seen.opened_at),
        "reply": seen.reply.value if seen.reply else None,
        "replied_at": _moment(seen.replied_at) if seen.reply is not Reply.NONE else None,
        "reason": seen.reason if seen.reason_told else None,
        "issued_at": issued_at.isoformat(),
    }


def _mail_json(mail: MailView) -> dict[str, _JSON]:
    return {
        "errand": mail.errand.value,
        "name": mail.name,
        "address": mail.email,
        "handed_over_at": _moment(mail.handed_at),
        "refused_at": _moment(mail.refused_at),
        "server": mail.server or None,
        "answer": mail.answer or None,
        "sha256": mail.sha256.hex() if mail.sha256 else None,
    }


def _moment(when: datetime | None) -> str | None:
    return when.isoformat() if when else None


def _attempt_data(facts: AttemptFacts, whole: bytes, issued_at: datetime) -> dict[str, Data]:
    title = pgettext("document", "Record of an attempt to mediate")
    description = pgettext("document", "The facts of this record, as canonical JSON (RFC 8785)")
    data = paper(title, name_line(facts.centre), facts.reference, whole, ATTEMPT_FILE, description)
    seen = facts.invitation
    parties: list[Data] = [
        {"name": name_line(name), "role": pgettext("document", ", which asked for a mediation")}
        for name in facts.claimants
    ]
    parties.append({"name": name_line(seen.party), "role": pgettext("document", ", invited")})
    return data | {
        "statement": fine(
            pgettext(
                "document",
                "In the file %(reference)s, %(centre)s invited the party named below to a mediation, which did not "
                "begin with it. This record states facts and times only: it says nothing of what the parties dispute, "
                "and draws no conclusion from the answer or from silence. Coming to a mediation is free.",
                reference=name_line(facts.reference),
                centre=name_line(facts.centre),
            )
        ),
        "parties_heading": pgettext("document", "Parties"),
        "parties": parties,
        "mails_heading": pgettext("document", "What was sent"),
        "mails": [_mail_data(mail) for mail in seen.mails],
        "no_mail": pgettext("document", "No mail was sent."),
        "digest_words": pgettext("document", "SHA-256 digest of the mail as it was handed over"),
        "opening_heading": pgettext("document", "Whether the page was opened"),
        "opening": _opening(seen),
        "answer_heading": pgettext("document", "The answer"),
        "answer": _answer(seen),
        "reason": blocks(_printable(seen.reason)) if seen.reason and seen.reason_told else [],
        "issued": pgettext(
            "document", "Issued on %(day)s by %(centre)s.", day=day_in_words(issued_at), centre=name_line(facts.centre)
        ),
        "colophon": colophon(ATTEMPT_FILE, issued_at),
    }


def _printable(words: str) -> str:
    return "\n".join(spelled(line) for line in uniform(words, lines=True).split("\n"))


def _mail_data(mail: MailView) -> Data:
    errands = {
        Errand.FIRST: pgettext("document", "Invitation"),
        Errand.AGAIN: pgettext("document", "Invitation, sent anew"),
        Errand.REMINDER: pgettext("document", "Reminder"),
        Errand.BY_HAND: pgettext("document", "Reminder, by the secretariat"),
        Errand.PASSED_ON: pgettext("document", "Invitation of the colleague whom the person invited named"),
    }
    return {
        "what": errands[mail.errand],
        "to": f"{name_line(mail.name)} <{name_line(mail.email)}>",
        "fate": _fate(mail),
        "digest": groups(mail.sha256) if mail.sha256 else None,
    }


def _fate(mail: MailView) -> str:
    if mail.handed_at is not None and mail.server:
        return pgettext(
            "document",
            "Handed to the mail server %(server)s on %(moment)s; its answer: %(answer)s",
            server=name_line(mail.server),
            moment=moment_in_words(mail.handed_at),
            answer=name_line(mail.answer),
        )
    if mail.handed_at is not None:
        return pgettext(
            "document",
            "Written to the platform's folder of mails on %(moment)s.",
            moment=moment_in_words(mail.handed_at),
        )
    if mail.refused_at is not None:
        return pgettext(
            "document",
            "Refused for good by the mail server on %(moment)s; its answer: %(answer)s",
            moment=moment_in_words(mail.refused_at),
            answer=name_line(mail.answer) or "-",
        )
    return pgettext("document", "Not handed over.")


def _opening(seen: InvitationView) -> str:
    if seen.opened_at is None:
        return fine(
            pgettext(
                "document",
                "Nobody pressed the button that shows the invitation. Whether the mail was read is not known.",
            )
        )
    return fine(
        pgettext(
            "document",
            "Somebody who had a link from one of these mails pressed the button that shows the invitation, for the "
            "first time on %(moment)s. This says that the page was opened; it says neither by whom nor that it was "
            "read.",
            moment=moment_in_words(seen.opened_at),
        )
    )


def _answer(seen: InvitationView) -> list[Data]:
    until = pgettext("document", "It could answer until %(moment)s.", moment=moment_in_words(seen.reply_by))
    if seen.reply is Reply.DECLINED and seen.replied_at is not None:
        said = pgettext("document", "The party declined on %(moment)s.", moment=moment_in_words(seen.replied_at))
        if seen.reason and seen.reason_told:
            return [until, said, pgettext("document", "It gave a reason, and let this record repeat it:")]
        return [until, said]
    return [until, pgettext("document", "No answer had come by then.")]
