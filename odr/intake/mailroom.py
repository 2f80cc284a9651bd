"""Mails to the centre's address: from somebody who has an account they become a draft, from others they make nothing.

What is answered goes to the sender's own address: of a draft to an account's, else that nothing was kept, and how to
make an account. Whoever hands a mail in, or forges a sender, learns nothing of which addresses have one, and no
automatic mail is ever answered. Run again after a failure, the same mail goes on where it stopped.
"""

import hashlib
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from odr.disputes.drafts import TEXT_LIMIT, TITLE_LIMIT, Draft
from odr.errors import ConflictError, TooManyAttemptsError, UploadRefusedError
from odr.evidence.intake import lodge
from odr.evidence.recording import read_about
from odr.ids import AccountId, DisputeId, SpaceId
from odr.intake.letters import Enclosed, Letter, LetterError, read_letter
from odr.intake.models import Door
from odr.intake.referrals import LeftOut, arrival_by, land, note_arrived
from odr.people.inviting import ask_for_link
from odr.people.queries import Purpose, account_of, load_actor
from odr.platform import Platform
from odr.spaces.queries import space_of
from odr.typed import Typed
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind

MOST_FILES: Final = 50
ORIGINAL: Final = "message.eml"
_PIECE: Final = 1024 * 1024


class Outcome(StrEnum):
    """What became of a mail."""

    DRAFTED = "drafted"
    REPEATED = "repeated"
    SIGN_UP = "sign_up"  # nobody known: a link to sign up went to the address
    AUTOMATIC = "automatic"  # never answered
    FORGED = "forged"
    TOO_MANY = "too_many"  # drafts of theirs await confirmation already
    UNREADABLE = "unreadable"
    TOO_LARGE = "too_large"


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of a mail, and what was left out of its draft. Nothing here names a person or a dispute."""

    outcome: Outcome
    left_out: tuple[LeftOut, ...] = ()


async def receive_mail(platform: Platform, data: bytes) -> Handled:
    """Take one mail in, whole. Raises UnavailableError: then it can be handed in again."""
    try:
        letter = read_letter(data)
    except LetterError as error:
        return Handled(Outcome.TOO_LARGE if error.code == "too_large" else Outcome.UNREADABLE)
    if letter.automatic or letter.sender == platform.settings.mail_from.lower():
        return Handled(Outcome.AUTOMATIC)
    if letter.forged:
        return Handled(Outcome.FORGED)
    async with platform.unit(write=False) as uow:
        account_id = await account_of(uow, letter.sender)
    if account_id is None:
        return await _invite(platform, letter)
    return await _draft(platform, account_id, letter, data)


async def _invite(platform: Platform, letter: Letter) -> Handled:
    with suppress(TooManyAttemptsError):  # it went to them before: one mail more would be one too many
        await ask_for_link(
            platform,
            email=letter.sender,
            name=(letter.name or letter.sender.partition("@")[0])[:100],
            language="fr",
            address=letter.sender,
            purpose=Purpose.MAILED_IN,
        )
    return Handled(Outcome.SIGN_UP)


async def _draft(platform: Platform, account_id: AccountId, letter: Letter, data: bytes) -> Handled:
    content = hashlib.sha256(data).digest()
    key = letter.message_id or content.hex()
    async with platform.unit() as uow:
        actor = await load_actor(uow, account_id)
        arrival = await arrival_by(uow, account_id, Door.MAIL, key)
        if arrival is not None and arrival.done_at is not None:
            return Handled(Outcome.REPEATED)
        if arrival is None:
            try:
                arrival = await land(uow, actor, Door.MAIL, key, content, _as_draft(letter))
            except ConflictError:
                return Handled(Outcome.TOO_MANY)
        dispute_id = arrival.dispute_id
    left_out = await _lodge_all(platform, account_id, dispute_id, letter, data)
    async with platform.unit() as uow:
        found = await arrival_by(uow, account_id, Door.MAIL, key)
        if found is not None:
            await note_arrived(uow, found, left_out)
    return Handled(Outcome.DRAFTED, left_out)


def _as_draft(letter: Letter) -> Draft:
    typed = Typed()
    title = typed.line("title", letter.subject[:TITLE_LIMIT], limit=TITLE_LIMIT, required=False)
    facts = typed.text("facts", letter.text[:TEXT_LIMIT], limit=TEXT_LIMIT, required=False)
    return Draft(title=title, facts=facts)


async def _lodge_all(
    platform: Platform, account_id: AccountId, dispute_id: DisputeId, letter: Letter, data: bytes
) -> tuple[LeftOut, ...]:
    """Lodge the mail itself, so that nothing of it is lost, and each of its files; return what could not be."""
    async with platform.unit(write=False) as uow:
        actor = await load_actor(uow, account_id)
        room = await space_of(uow, dispute_id, SpaceKind.PRIVATE, actor.party_in(dispute_id))
    left_out: list[LeftOut] = []
    if len(letter.text) > TEXT_LIMIT:
        left_out.append(LeftOut(ORIGINAL, "text_cut"))
    for enclosed in (Enclosed(ORIGINAL, data), *letter.enclosed[:MOST_FILES]):
        code = await _lodge(platform, actor, dispute_id, room.id, enclosed)
        if code:
            left_out.append(LeftOut(enclosed.name[:200], code))
    left_out += [LeftOut(enclosed.name[:200], "too_many_files") for enclosed in letter.enclosed[MOST_FILES:]]
    return tuple(left_out)


async def _lodge(platform: Platform, actor: Actor, dispute_id: DisputeId, space_id: SpaceId, enclosed: Enclosed) -> str:
    """Lodge one file; return the code of why not, or nothing."""
    about = read_about(title="", kind="email", origin="produced", document_date="", again="")
    try:
        await lodge(
            platform, actor, dispute_id, space_id, about=about, name=enclosed.name, chunks=_pieces(enclosed.content)
        )
    except UploadRefusedError as error:
        return error.code
    except ConflictError as error:
        return "" if error.code == "repeated_file" else error.code
    return ""


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _PIECE):
        yield content[start : start + _PIECE]
