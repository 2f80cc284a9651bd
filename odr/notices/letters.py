"""The words of mails: that something awaits, where, and the newest checkpoint. Nothing of what the case is about."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, Policy
from html import escape
from typing import Final

from odr.notices.terms import NoticeKind
from odr.people.queries import Purpose
from odr.typed import filled
from odr.words import _, ngettext, phrase

SENTENCES: Final[dict[NoticeKind, str]] = {
    NoticeKind.DRAFT_ARRIVED: phrase("A draft that came by another way awaits your confirmation"),
    NoticeKind.COMPLETION_ASKED: phrase("The centre asks for something that a request lacks"),
    NoticeKind.COMPLETION_LATE: phrase("The day to complete a request has passed"),
    NoticeKind.REQUEST_COMPLETED: phrase("A request was completed"),
    NoticeKind.DISPUTE_FILED: phrase("A new request for mediation has reached the centre"),
    NoticeKind.DISPUTE_QUALIFIED: phrase("The centre can mediate your dispute"),
    NoticeKind.DISPUTE_REJECTED: phrase("The centre has answered your request for mediation"),
    NoticeKind.PARTY_ACCEPTED: phrase("The invited party has accepted the mediation"),
    NoticeKind.PARTY_DECLINED: phrase("The invited party has declined the mediation"),
    NoticeKind.INVITATION_LAPSED: phrase("The invited party has not answered in time"),
    NoticeKind.MEDIATOR_APPOINTED: phrase("A mediator has been appointed"),
    NoticeKind.RANKING_ASKED: phrase("A list of mediators awaits your ranking"),
    NoticeKind.CHOICE_ENDED: phrase("The joint choice of a mediator has ended"),
    NoticeKind.INTERESTS_DECLARED: phrase("A declaration of interests awaits your reading: you may object"),
    NoticeKind.OBJECTION_RAISED: phrase("An objection to an appointment awaits your decision"),
    NoticeKind.OBJECTION_SHOWN: phrase("An objection to your appointment awaits your reading"),
    NoticeKind.OBJECTION_DECIDED: phrase("The centre has answered your objection"),
    NoticeKind.APPOINTMENT_REVIEWED: phrase("The centre reviews an appointment"),
    NoticeKind.APPOINTMENT_KEPT: phrase("The centre has reviewed an appointment and keeps it"),
    NoticeKind.APPOINTMENT_ENDED: phrase("An appointment has ended; the centre names a successor"),
    NoticeKind.APPOINTMENT_OVER: phrase("Your appointment has ended"),
    NoticeKind.HANDOVER_ASKED: phrase("A mediator has joined you: a choice awaits you"),
    NoticeKind.CONVENTION_TO_SIGN: phrase("The agreement to mediate awaits your signature"),
    NoticeKind.CONVENTION_RENEWED: phrase(
        "Somebody else mediates: the agreement to mediate names them, and is to be signed anew"
    ),
    NoticeKind.CLAUSE_PROPOSED: phrase("A clause of the agreement to mediate awaits your answer"),
    NoticeKind.CLAUSE_ANSWERED: phrase("A proposal for the agreement to mediate was answered"),
    NoticeKind.SIGNATURES_MISSING: phrase("Signatures of the agreement to mediate are missing"),
    NoticeKind.MEDIATION_OPENED: phrase("The mediation is open"),
    NoticeKind.MEETING_CALLED: phrase("You are called to a meeting"),
    NoticeKind.MEETING_CHANGED: phrase("A meeting was moved or called off"),
    NoticeKind.MEETING_NEAR: phrase("A meeting is near"),
    NoticeKind.MEETING_TO_NOTE: phrase("Say whether a meeting took place"),
    NoticeKind.SOMETHING_NEW_APART: phrase("Something new awaits you"),
    NoticeKind.SOMETHING_NEW_TOGETHER: phrase("Something new awaits you"),
    NoticeKind.DISCLOSURE_ASKED: phrase("A question from the mediator awaits your answer"),
    NoticeKind.DISCLOSURE_ANSWERED: phrase("An answer to one of your questions has come"),
    NoticeKind.EXPERT_APPOINTED: phrase("An expert has been appointed"),
    NoticeKind.EXPERT_ANSWERED: phrase("The expert has answered"),
    NoticeKind.EXHIBITS_SUPPLIED: phrase("Exhibits have been supplied for your mission"),
    NoticeKind.REPORT_POSTED: phrase("The expert's report has arrived"),
    NoticeKind.AGREEMENT_DRAFTED: phrase("A draft agreement awaits your reading"),
    NoticeKind.AGREEMENT_TO_SIGN: phrase("An agreement awaits your signature"),
    NoticeKind.AGREEMENT_REFUSED: phrase("A party has not signed; the text is taken up again"),
    NoticeKind.SETTLED: phrase("The agreement is signed by everyone"),
    NoticeKind.NOT_SETTLED: phrase("The mediation has ended"),
    NoticeKind.STAGE_CHANGED: phrase("Your dispute has moved on"),
    NoticeKind.RECORD_SEALED: phrase("The sealed record of your dispute is ready"),
    NoticeKind.ACCESS_ASKED: phrase("A request to read a sealed record awaits a decision"),
    NoticeKind.ACCESS_DECIDED: phrase("Your request to read a sealed record has been decided"),
    NoticeKind.REOPENING_ASKED: phrase("A request to reopen a dispute awaits a decision"),
    NoticeKind.REOPENING_DECIDED: phrase("The request to reopen your dispute has been decided"),
    NoticeKind.TEAM_CHANGED: phrase("Your part in your company's team has changed"),
    NoticeKind.WITHDRAWN: phrase("Something was withdrawn from your dispute"),
    NoticeKind.CONFIRMATION_ASKED: phrase("A confirmation is asked of you"),
    NoticeKind.EXCEPTION_USED: phrase("Something that concerns you must be read now"),
    NoticeKind.DEADLINE_NEAR: phrase("A deadline is near"),
    NoticeKind.COMMITMENT_DUE: phrase("A commitment of your agreement was due"),
    NoticeKind.COMMITMENT_TOLD: phrase("A commitment of your agreement awaits your confirmation"),
    NoticeKind.COMMITMENT_ANSWERED: phrase("A commitment of your agreement was answered"),
    NoticeKind.INSTALMENT_DUE: phrase("A payment under your agreement was due"),
    NoticeKind.TARGET_NEAR: phrase("An answer of the centre is due soon"),
    NoticeKind.TARGET_MISSED: phrase("An answer of the centre is late"),
    NoticeKind.STORE_DAMAGED: phrase("A check of the stored objects found damage"),
}
"""One sentence a kind, the same for everyone who is told: it is a subject line that anybody may see."""

_BY_NAME: Final = {kind.value: sentence for kind, sentence in SENTENCES.items()}

DIGEST_LINES: Final = 100
"""More lines than this are left to the page that the mail leads to."""

_INVITED: Final = {
    Purpose.JOIN: (
        phrase("You are invited to %(centre)s"),
        phrase("The link below says who invites you and what it is about. It serves once and holds until %(until)s."),
        phrase("Open the invitation"),
    ),
    Purpose.SIGN_UP: (
        phrase("Confirm your address for %(centre)s"),
        phrase(
            "You, or somebody with your address, asked for an account. The link below serves once and holds until"
            " %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Make my account"),
    ),
    Purpose.MAILED_IN: (
        phrase("Your mail to %(centre)s: nothing of it was kept"),
        phrase(
            "A mail with your address as its sender has reached us. We have kept nothing of it, neither its text nor"
            " its files: a mail becomes the draft of a request only where its sender has an account here. If it was"
            " you, make your account by the link below, which serves once and holds until %(until)s, then send the"
            " same mail again: it becomes a draft that you alone see, and that you check before anything is sent. If"
            " it was not you, there is nothing to do."
        ),
        phrase("Make my account"),
    ),
    Purpose.ADDRESS: (
        phrase("Confirm your new address for %(centre)s"),
        phrase(
            "You asked, signed in to your account, for mails to come here. The link below serves once and holds until"
            " %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Use this address"),
    ),
    Purpose.KEEP_ADDRESS: (
        phrase("The address of your account at %(centre)s was changed"),
        phrase(
            "Somebody who is signed in to your account made it use another address: mails no longer come here. If it"
            " was you, there is nothing to do. If it was not, the link below puts this address back, with a new"
            " password, and signs everybody else out. It serves once and holds until %(until)s."
        ),
        phrase("Put this address back"),
    ),
    Purpose.RESET: (
        phrase("A new password for %(centre)s"),
        phrase(
            "You, or somebody with your address, asked to sign in anew. You have an account: the link below lets you"
            " set a new password. It serves once and holds until %(until)s. If it was not you, there is nothing to do."
        ),
        phrase("Set a new password"),
    ),
}
_REMINDED: Final = (
    phrase("Reminder: an invitation from %(centre)s awaits your answer"),
    phrase(
        "You were invited, and we have not heard from you. The link below says who invites you and what it is about;"
        " you can accept or decline. It serves once and holds until %(until)s."
    ),
    phrase("Open the invitation"),
)


class _Subject(UniqueUnstructuredHeader):
    """A subject folded by the older Header class: the newer one loses spaces between encoded words (CPython 3.11)."""

    def fold(self, *, policy: Policy) -> str:
        encoded = Header(str(self), "utf-8", header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {encoded}{policy.linesep}"


_HEADERS: Final = HeaderRegistry()
_HEADERS.map_to_type("subject", _Subject)  # type: ignore[arg-type]  # mixed with BaseHeader by the registry
_POLICY: Final = SMTP.clone(header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one mail says, in its reader's language: one subject, one paragraph, one link, if it has any."""

    subject: str
    greeting: str
    body: str
    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Words:
    """A mail's own words; ``{name}`` and the like stand for what differs from one reader to the next."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What every mail carries: who sends, and the newest checkpoint (its signed note), if there is one yet."""

    centre_name: str
    sender: str
    public_url: str
    checkpoint: str


def standard_words(letter: str) -> Words:
    """Return the default words of a notice's kind, of ``invitation`` or of ``reminder``, for the present reader."""
    if letter in _BY_NAME:
        sentence = _(_BY_NAME[letter])
        body = _("%(sentence)s. For the sake of confidentiality, this mail says no more.", sentence=sentence)
        return Words(sentence, body)
    subject, body, _label = _INVITED[Purpose.JOIN] if letter == "invitation" else _REMINDED
    return Words(_(subject, centre="{centre}"), _(body, until="{until}"))


def notice_letter(
    kind: NoticeKind, *, name: str, reference: str, link: str, centre: str = "", words: Words | None = None
) -> Letter:
    """Return a notice for the present reader, in the centre's own ``words`` if any; ``reference`` may be empty."""
    said = words or standard_words(kind.value)
    values = {"name": name, "reference": reference, "centre": centre}
    sentence = filled(said.subject, values)
    return Letter(
        subject=f"{reference} · {sentence}" if reference else sentence,
        greeting=_("Good day %(name)s,", name=name),
        body=filled(said.body, values),
        label=_("See what awaits me"),
        link=link,
    )


def digest_letter(told: Sequence[tuple[str, str]], *, name: str, link: str) -> Letter:
    """Return a daily mail's words: one sentence a notice, each once, with how often; (sentence, reference or "")."""
    times = Counter(f"{reference} · {sentence}" if reference else sentence for sentence, reference in told)
    lines = [line if n == 1 else _("%(what)s (%(n)s times)", what=line, n=n) for line, n in times.items()]
    return Letter(
        subject=ngettext("Your daily mail: one notice", "Your daily mail: %(n)s notices", len(told), n=len(told)),
        greeting=_("Good day %(name)s,", name=name),
        body="\n".join([_("Since your last mail:"), *(f"- {line}" for line in lines[:DIGEST_LINES])]),
        label=_("See all my notices"),
        link=link,
    )


def invitation_letter(
    purpose: Purpose,
    *,
    name: str,
    centre: str,
    until: str,
    link: str,
    reminds: bool = False,
    words: Words | None = None,
) -> Letter:
    """Return the words of a mail that carries a link; ``until`` is a moment in words. ``reminds``: a later one.

    ``words``: the centre's own, if it has any for this one.
    """
    subject, body, label = _REMINDED if reminds else _INVITED[purpose]
    values = {"name": name, "centre": centre, "until": until}
    return Letter(
        subject=filled(words.subject, values) if words else _(subject, centre=centre),
        greeting=_("Good day %(name)s,", name=name),
        body=filled(words.body, values) if words else _(body, until=until),
        label=_(label),
        link=link,
    )


def in_each_language(letters: Sequence[Letter]) -> Letter:
    """Return one letter of the same in several languages, for a reader whose language is not known; one link."""
    first = letters[0]
    return Letter(
        subject=" · ".join(letter.subject for letter in letters),
        greeting=first.greeting,
        body="\n\n".join(
            f"{letter.greeting}\n{letter.body}" if letter is not first else letter.body for letter in letters
        ),
        label=" · ".join(letter.label for letter in letters),
        link=first.link,
    )


def code_letter(*, name: str, centre: str, code: str) -> Letter:
    """Return the words of the mail with the code that proves its reader's address."""
    return Letter(
        subject=_("Your code for %(centre)s", centre=centre),
        greeting=_("Good day %(name)s,", name=name),
        body=_(
            "Somebody who has the link of your invitation wishes to answer it. If it is you, type this code on its"
            " page; it holds for one hour: %(code)s. If it is not you, there is nothing to do: nobody can answer"
            " without it. Give it to nobody.",
            code=f"{code[:3]}\u00a0{code[3:]}",
        ),
        label="",
        link="",
    )


def compose(letter: Letter, sheet: Sheet, *, to: str, message_id: str) -> EmailMessage:
    """Return the mail, as text and HTML with the same words and one link. ``message_id`` makes sending idempotent."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = sheet.sender
    message["To"] = to
    message["Subject"] = letter.subject
    message["Message-ID"] = f"<{message_id}@{sheet.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    proof = _proof(sheet)
    message.set_content(
        "\n\n".join(
            part
            for part in (
                letter.greeting,
                letter.body,
                f"{letter.label} :\n{letter.link}" if letter.link else "",
                sheet.centre_name,
                "-- \n" + proof,
            )
            if part
        )
        + "\n",
        cte="quoted-printable",
    )
    message.add_alternative(_html(letter, sheet, proof), subtype="html", cte="quoted-printable")
    return message


def _proof(sheet: Sheet) -> str:
    if not sheet.checkpoint:
        return _("The register of this platform has no signed checkpoint yet.")
    said = _("Newest checkpoint of the platform's register. Keep this mail: it is a proof that you hold.")
    way = _(
        "To compare it with the register of today: %(place)s",
        place=f"{sheet.public_url.partition('://')[2]}/log/witness",
    )
    return f"{said}\n{way}\n\n{sheet.checkpoint}"


def _html(letter: Letter, sheet: Sheet, proof: str) -> str:
    linked = f'<p><a href="{escape(letter.link)}">{escape(letter.label)}</a></p>\n' if letter.link else ""
    return (
        "<!doctype html>\n"
        f'<html><head><meta charset="utf-8"><title>{escape(letter.subject)}</title></head>\n'
        '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:2em auto;'
        'padding:0 1em">\n'
        f"<p>{escape(letter.greeting)}</p>\n<p>{'<br>'.join(escape(letter.body).splitlines())}</p>\n"
        f"{linked}<p>{escape(sheet.centre_name)}</p>\n"
        f'<hr>\n<pre style="font-size:12px;white-space:pre-wrap;overflow-wrap:anywhere">{escape(proof)}</pre>\n'
        "</body></html>\n"
    )
