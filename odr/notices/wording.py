"""The centre's own words for its mails: versioned, in both languages, with a default that can always be restored.

Only what every reader may know can be named: no variable stands for a title, a company or an amount.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sqlalchemy import func, select

from odr.errors import NotFoundError, NotPermittedError
from odr.ids import AccountId, DisputeId, SpaceId
from odr.notices.events import CENTRE_WORDS, MailReworded
from odr.notices.letters import Words, standard_words
from odr.notices.models import MailText
from odr.notices.sentences import SENTENCES
from odr.notices.terms import NoticeKind
from odr.people.queries import account_names
from odr.typed import Typed, filled
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.words import available, use_language

SUBJECT_LIMIT: Final = 120
BODY_LIMIT: Final = 2000
INVITATION: Final = "invitation"
REMINDER: Final = "reminder"
_SAME_WORDS: Final = {NoticeKind.SOMETHING_NEW_APART.value: NoticeKind.SOMETHING_NEW_TOGETHER.value}
"""What is said apart is told in the very words of what is said together: a mail never tells that there is a caucus."""

LETTERS: Final = (INVITATION, REMINDER, *(kind.value for kind in SENTENCES if kind.value not in _SAME_WORDS))
"""Every mail whose words may be changed, by its name."""

IN_SUBJECT: Final = frozenset({"centre"})
_IN_NOTICE: Final = frozenset({"centre", "name", "reference"})
_IN_INVITATION: Final = frozenset({"centre", "name", "until"})
_LINK: Final = re.compile(r"https?:|www\.|\b[\w.-]+\.[a-z]{2,24}/|@", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TextVersion:
    """One version of a mail's words. ``words`` is ``None`` where the default was restored."""

    number: int
    words: Words | None
    by: str
    at: datetime


def variables_of(letter: str) -> frozenset[str]:
    """Return what the body of a mail may name."""
    return _IN_INVITATION if letter in {INVITATION, REMINDER} else _IN_NOTICE


def check_letter(letter: str, language: str) -> None:
    """Raise NotFoundError for a mail or a language that there is not."""
    if letter not in LETTERS or language not in available:
        raise NotFoundError


async def words_for(uow: UnitOfWork, letter: str, language: str) -> Words | None:
    """Return the centre's own words of a mail, or ``None`` where it keeps the default."""
    row = await _newest(uow, _SAME_WORDS.get(letter, letter), language)
    return Words(row.subject, row.body) if row is not None and row.subject and row.body else None


async def own_subjects(uow: UnitOfWork, language: str, centre: str) -> dict[NoticeKind, str]:
    """Return what each kind of notice is called, for lists: the centre's own sentence, where it has one."""
    with use_language(language):
        found = {kind: standard_words(kind.value).subject for kind in SENTENCES}
    newest = select(MailText.letter, func.max(MailText.version).label("version")).where(MailText.language == language)
    last = newest.group_by(MailText.letter).subquery()
    rows = await uow.session.scalars(
        select(MailText)
        .join(last, (MailText.letter == last.c.letter) & (MailText.version == last.c.version))
        .where(MailText.language == language, MailText.subject.is_not(None))
    )
    for row in rows:
        if row.letter in SENTENCES and row.subject:
            found[NoticeKind(row.letter)] = filled(row.subject, {"centre": centre})
    return found | {NoticeKind(letter): found[NoticeKind(same)] for letter, same in _SAME_WORDS.items()}


async def versions_of_text(uow: UnitOfWork, actor: Actor, letter: str, language: str) -> tuple[TextVersion, ...]:
    """Return every version of a mail's words, the newest first; for the secretariat."""
    _require(actor)
    check_letter(letter, language)
    rows = list(
        await uow.session.scalars(
            select(MailText)
            .where(MailText.letter == letter, MailText.language == language)
            .order_by(MailText.version.desc())
            .limit(50)
        )
    )
    names = await account_names(uow, {row.written_by for row in rows})
    return tuple(
        TextVersion(
            row.version,
            Words(row.subject, row.body) if row.subject and row.body else None,
            names.get(row.written_by, ""),
            row.written_at,
        )
        for row in rows
    )


async def changed_texts(uow: UnitOfWork, actor: Actor) -> frozenset[tuple[str, str]]:
    """Return which mails have words of the centre's own: (mail, language); for the secretariat."""
    _require(actor)
    rows = await uow.session.scalars(select(MailText).order_by(MailText.version))
    last = {(row.letter, row.language): row.subject is not None for row in rows}
    return frozenset(key for key, changed in last.items() if changed)


def checked_words(letter: str, *, subject: str, body: str) -> Words:
    """Return words that may be sent, or raise InvalidInputError (``subject``, ``body``).

    Codes: required, too_long, unknown_variable, bad_braces, no_link (each mail has one link, which comes by itself).
    """
    typed = Typed()
    clean = Words(typed.line("subject", subject, limit=SUBJECT_LIMIT), typed.text("body", body, limit=BODY_LIMIT))
    for name, text, known in (("subject", clean.subject, IN_SUBJECT), ("body", clean.body, variables_of(letter))):
        typed.places(name, text, known=known)
        if _LINK.search(text):
            typed.wrong(name, "no_link")
    typed.check()
    return clean


async def reword(uow: UnitOfWork, actor: Actor, letter: str, language: str, *, subject: str, body: str) -> None:
    """The secretariat gives a mail words of the centre's own: a new version. Raises as :func:`checked_words` does."""
    _require(actor)
    check_letter(letter, language)
    clean = checked_words(letter, subject=subject, body=body)
    if await words_for(uow, letter, language) != clean:
        await _write(uow, actor, letter, language, clean)


async def restore_default(uow: UnitOfWork, actor: Actor, letter: str, language: str) -> None:
    """The secretariat takes a mail's default words again: a new version, too."""
    _require(actor)
    check_letter(letter, language)
    if await words_for(uow, letter, language) is not None:
        await _write(uow, actor, letter, language, None)


async def _write(uow: UnitOfWork, actor: Actor, letter: str, language: str, words: Words | None) -> None:
    row = await _newest(uow, letter, language)
    version = row.version + 1 if row is not None else 1
    uow.session.add(
        MailText(
            letter=letter,
            language=language,
            version=version,
            subject=words.subject if words else None,
            body=words.body if words else None,
            written_by=actor.account_id,
            written_at=uow.now(),
        )
    )
    await uow.session.flush()
    centre = uow.vault.tenant
    said = f"{words.subject}\n\n{words.body}" if words else ""
    await uow.record(
        MailReworded(
            dispute_id=DisputeId(centre),
            space_id=SpaceId(centre),
            rule=CENTRE_WORDS,
            actor_id=AccountId(actor.account_id),
            letter=letter,
            language=language,
            version=version,
            sha256=hashlib.sha256(said.encode()).hexdigest() if words else "",
        )
    )


async def _newest(uow: UnitOfWork, letter: str, language: str) -> MailText | None:
    found: MailText | None = await uow.session.scalar(
        select(MailText)
        .where(MailText.letter == letter, MailText.language == language)
        .order_by(MailText.version.desc())
        .limit(1)
    )
    return found


def _require(actor: Actor) -> None:
    if not actor.is_a(CentreRole.SECRETARIAT):
        raise NotPermittedError("not_permitted")


EXAMPLE: Final[Mapping[str, str]] = {
    "name": "Camille Martin",
    "reference": "M-7KQ4-92TX",
}
"""What a preview puts for each variable; the centre's name is its own."""
EXAMPLE_UNTIL: Final = datetime(2026, 12, 31, 22, 59, tzinfo=UTC)
