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

from odr.notices.sentences import INVITED, REMINDED, SENTENCES
from odr.notices.terms import NoticeKind
from odr.people.queries import Purpose
from odr.typed import filled
from odr.words import _, ngettext, reader

_BY_NAME: Final = {kind.value: sentence for kind, sentence in SENTENCES.items()}

DIGEST_LINES: Final = 100
"""More lines than this are left to the page that the mail leads to."""


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
        body = _(
            "%(sentence)s. For the sake of confidentiality, this mail says no more: the page below tells you the rest,"
            " and what to do now, if anything.",
            sentence=sentence,
        )
        return Words(sentence, body)
    subject, body, _label = INVITED[Purpose.JOIN] if letter == "invitation" else REMINDED
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
    subject, body, label = REMINDED if reminds else INVITED[purpose]
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
                _("%(what)s:", what=letter.label) + f"\n{letter.link}" if letter.link else "",
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


_BUTTON: Final = (
    "display:inline-block;padding:.75em 1.25em;border-radius:4px;background:#0d5560;color:#fff;font-weight:600;"
    "text-decoration:none"
)


def _html(letter: Letter, sheet: Sheet, proof: str) -> str:
    linked = f'<p><a style="{_BUTTON}" href="{escape(letter.link)}">{escape(letter.label)}</a></p>\n'
    return (
        "<!doctype html>\n"
        f'<html lang="{reader.get().language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{escape(letter.subject)}</title></head>\n"
        '<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5;max-width:36em;margin:2em auto;'
        'padding:0 1em">\n'
        f"<p>{escape(letter.greeting)}</p>\n<p>{'<br>'.join(escape(letter.body).splitlines())}</p>\n"
        f"{linked if letter.link else ''}<p>{escape(sheet.centre_name)}</p>\n"
        f'<hr>\n<pre style="font-size:12px;white-space:pre-wrap;overflow-wrap:anywhere">{escape(proof)}</pre>\n'
        "</body></html>\n"
    )
