"""The doctor: looks at everything that an installation stands on, and says what to do about each failure."""

import asyncio
import os
import shutil
import smtplib
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from alembic.util.exc import CommandError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from odr.custody.rotation import keys_state
from odr.errors import OdrError, UnavailableError
from odr.evidence.scanning import ScannerAwayError, ask_engine
from odr.ids import new_id
from odr.keeping.standing import standing_now
from odr.migrate import is_current
from odr.outbox import JobRow, JobState
from odr.platform import Platform
from odr.settings import FolderMail, SmtpMail
from odr.words import _, day, exact_moment, ngettext, phrase, size
from vault import (
    S3Store,
    SpaceMissingError,
    SpaceRef,
    TimeAuthority,
    TimeStampError,
    VaultError,
    check_token,
    probe_locks,
    request_stamp,
)

MAIL_SECONDS: Final = 15
ENOUGH_ROOM: Final = 1024**3  # bytes
CLOCK_TOLERANCE: Final = timedelta(seconds=30)
RENEWAL: Final = timedelta(days=60)
STANDSTILL: Final = timedelta(minutes=10)
BEHIND: Final = timedelta(hours=1)
_PROBE: Final = b"entente doctor"


class State(StrEnum):
    """How a check ended."""

    OK = "ok"
    FAIL = "fail"
    NONE = "none"  # nothing to check, or it cannot be checked before something else is mended


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at and what was found, in the reader's language; ``detail`` is for experts."""

    name: str
    state: State
    words: str
    detail: str = ""


Check = Callable[[Platform], Awaitable[list[Finding]]]


async def examine(platform: Platform) -> list[Finding]:
    """Run every check, one after the other; none of them raises, and nothing stays behind."""
    found = await _database(platform)
    if found[0].state is State.OK:
        for check in (_migrations, _keys, _rotation, _jobs):
            found += await check(platform)
    else:
        wait = _("Cannot be checked before the database answers.")
        found += [Finding(_(name), State.NONE, wait) for name in (MIGRATIONS, KEYS, JOBS)]
    for check in (_store, _second_store, _objects, _scanner, _mail, _times, _clock, _disk, _register):
        found += await check(platform)
    return found


MIGRATIONS: Final = phrase("Migrations")
KEYS: Final = phrase("Root key")
JOBS: Final = phrase("Jobs")


async def _database(platform: Platform) -> list[Finding]:
    try:
        async with platform.database.read() as session:
            await session.execute(select(1))
    except (SQLAlchemyError, OSError) as error:
        words = _("It does not answer. Check ENTENTE_DATABASE_URL, and that the database runs.")
        return [Finding(_("Database"), State.FAIL, words, type(error).__name__)]
    return [Finding(_("Database"), State.OK, _("It answers."))]


async def _migrations(platform: Platform) -> list[Finding]:
    try:
        current = await is_current(platform.database)
    except (SQLAlchemyError, CommandError) as error:
        return [Finding(_(MIGRATIONS), State.FAIL, _("Run `entente migrate`."), type(error).__name__)]
    if not current:
        return [Finding(_(MIGRATIONS), State.FAIL, _("Not at the newest one. Run `entente migrate`."))]
    return [Finding(_(MIGRATIONS), State.OK, _("At the newest one."))]


async def _keys(platform: Platform) -> list[Finding]:
    """Wrap and unwrap a probe key, then use the centre's own space key, which the right root alone can unwrap."""
    keys, probe = platform.vault.keys, SpaceRef(new_id(), new_id())
    try:
        async with platform.database.session(write=True) as session:
            try:
                await keys.make_space(session, probe)
                keys.forget()
                sealed = await keys.seal(session, probe, probe.space, _PROBE)
                await keys.open(session, probe, probe.space, sealed)
                await keys.seal(session, platform.centre_space, probe.space, _PROBE)
            finally:
                await session.rollback()
                keys.forget()
    except SpaceMissingError:
        return [Finding(_(KEYS), State.FAIL, _("The centre has no key yet. Run `entente migrate`."))]
    except VaultError as error:
        words = _("It does not wrap or unwrap. Check ENTENTE_KEY_ROOT: is it the key that this centre began with?")
        return [Finding(_(KEYS), State.FAIL, words, str(error))]
    except SQLAlchemyError as error:
        return [Finding(_(KEYS), State.FAIL, _("Run `entente migrate`."), type(error).__name__)]
    return [Finding(_(KEYS), State.OK, _("It wraps and unwraps, and opens what is there."))]


async def _rotation(platform: Platform) -> list[Finding]:
    """Tell space keys that lie under a former root, and a root that should have been changed."""
    name = _("Rotation of keys")
    try:
        async with platform.unit(write=False) as uow:
            state = await keys_state(uow)
    except (OdrError, SQLAlchemyError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if state.root is None:
        return [Finding(name, State.NONE, _("Cannot be checked before the root key answers."))]
    former = state.root.total - state.root.done
    if former:
        words = ngettext(
            "%(n)s space key lies under a former root key. Run `entente keys rotate-root` to move it.",
            "%(n)s space keys lie under a former root key. Run `entente keys rotate-root` to move them.",
            former,
        )
        return [Finding(name, State.FAIL, words)]
    days = platform.settings.root_rotation_days
    if days and state.root_since and platform.clock() - state.root_since > timedelta(days=days):
        return [Finding(name, State.FAIL, _("The root key is due to be changed. Run `entente keys rotate-root`."))]
    return [Finding(name, State.OK, _("Every space key lies under the current root key."))]


async def _jobs(platform: Platform) -> list[Finding]:
    """Tell parked jobs, and an outbox that nobody works off."""
    now = platform.clock()
    try:
        async with platform.database.read() as session:
            parked = await session.scalar(
                select(func.count()).select_from(JobRow).where(JobRow.state == JobState.PARKED)
            )
            oldest = await session.scalar(select(func.min(JobRow.run_at)).where(JobRow.state == JobState.READY))
    except SQLAlchemyError as error:
        return [Finding(_(JOBS), State.FAIL, _("Run `entente migrate`."), type(error).__name__)]
    if oldest is not None and oldest < now - STANDSTILL:
        words = _("One has waited since %(when)s. Start `entente worker`.", when=exact_moment(oldest))
        return [Finding(_(JOBS), State.FAIL, words)]
    if parked:
        words = _("%(n)s failed too often and are parked: see them on the site's page “Health”.", n=parked)
        return [Finding(_(JOBS), State.FAIL, words)]
    return [Finding(_(JOBS), State.OK, _("None waits too long, none is parked."))]


async def _store(platform: Platform) -> list[Finding]:
    name = _("Store")
    try:
        await asyncio.to_thread(platform.vault.store.probe)
    except (VaultError, OSError) as error:
        words = _("Nothing can be written, read and deleted there. Check ENTENTE_STORE, its rights and its room.")
        return [Finding(name, State.FAIL, words, str(error))]
    found = [Finding(name, State.OK, _("An object was written, read and deleted."))]
    config = platform.settings.vault.store
    lock = _("Object lock")
    if not (isinstance(config, S3Store) and config.object_lock):
        return [
            *found,
            Finding(lock, State.NONE, _("Not claimed: whoever has the rights can delete what is stored.")),
        ]
    try:
        await asyncio.to_thread(probe_locks, platform.vault.store)
    except VaultError as error:
        words = _(
            "The store does not enforce locks. Use a bucket made with Object Lock, on a store that refuses to delete"
            " a locked version, or set ENTENTE_S3_OBJECT_LOCK to no."
        )
        return [*found, Finding(lock, State.FAIL, words, str(error))]
    return [*found, Finding(lock, State.OK, _("The store refused to delete a locked object."))]


async def _second_store(platform: Platform) -> list[Finding]:
    """Write, read and delete a probe in the second store, and say how far it is behind."""
    name = _("Second store")
    if platform.vault.replica is None:
        words = _("None: what this store loses, only a backup brings back. See ENTENTE_REPLICA.")
        return [Finding(name, State.NONE, words)]
    try:
        await asyncio.to_thread(platform.vault.replica.probe)
        behind = await standing_now(platform)
    except (VaultError, OSError) as error:
        words = _("Nothing can be written, read and deleted there. Check ENTENTE_REPLICA, its rights and its room.")
        return [Finding(name, State.FAIL, words, str(error))]
    except (UnavailableError, SQLAlchemyError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if behind.waiting_since is not None and behind.waiting_since < platform.clock() - BEHIND:
        words = _("It is behind since %(when)s. Start `entente worker`.", when=exact_moment(behind.waiting_since))
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("It can be written to, and is not far behind."))]


async def _objects(platform: Platform) -> list[Finding]:
    """Say whether the scrub found damage, and whether its pace is enough."""
    name = _("Stored objects")
    try:
        found = await standing_now(platform)
    except (UnavailableError, SQLAlchemyError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if found.standing:
        words = _("%(n)s damaged ones are not mended: see `entente scrub --status`.", n=found.standing)
        return [Finding(name, State.FAIL, words)]
    if found.is_slow:
        words = _("A whole pass takes longer than ENTENTE_SCRUB_DAYS. Raise ENTENTE_SCRUB_MIB_PER_SECOND.")
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("No damage is known."))]


async def _scanner(platform: Platform) -> list[Finding]:
    clamd = platform.settings.clamd
    if clamd is None:
        return []
    name = _("Virus scan")
    try:
        engine = await ask_engine(clamd)
    except ScannerAwayError as error:
        words = _("clamd does not answer. Check ENTENTE_CLAMD; files are kept and scanned once it does.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    return [Finding(name, State.OK, _("clamd answers: %(engine)s.", engine=engine))]


async def _mail(platform: Platform) -> list[Finding]:
    mail = platform.settings.mail
    name = _("Mail")
    try:
        if isinstance(mail, FolderMail):
            await asyncio.to_thread(_try_folder, mail)
            return [Finding(name, State.OK, _("The folder can be written to."))]
        await asyncio.to_thread(_try_smtp, mail)
    except smtplib.SMTPAuthenticationError:
        words = _("The server refuses the name or the password. Check ENTENTE_MAIL and ENTENTE_MAIL_PASSWORD_FILE.")
        return [Finding(name, State.FAIL, words)]
    except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
        words = _("No mail can leave. Check ENTENTE_MAIL: the server's name, its port, its certificate.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    return [Finding(name, State.OK, _("The server answers and takes our mail."))]


def _try_folder(mail: FolderMail) -> None:
    mail.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = mail.path / f".doctor-{os.getpid()}"
    probe.write_bytes(_PROBE)
    probe.unlink()


def _try_smtp(mail: SmtpMail) -> None:
    with smtplib.SMTP(mail.host, mail.port, timeout=MAIL_SECONDS) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())
        if mail.user is not None:
            server.login(mail.user, mail.password or "")
        server.noop()


async def _times(platform: Platform) -> list[Finding]:
    """Have a probe stamped by every authority, and compare our clock with each."""
    authorities = platform.vault.ledger.authorities
    if not authorities:
        words = _("None is configured: records say “no independent time stamp”. See ENTENTE_TIME_AUTHORITIES.")
        return [Finding(_("Time authorities"), State.NONE, words)]
    return [await _time(platform, authority) for authority in authorities]


async def _time(platform: Platform, authority: TimeAuthority) -> Finding:
    name = _("Time authority %(name)s", name=authority.name)
    message = b"entente doctor " + os.urandom(16).hex().encode()
    try:
        token = await asyncio.to_thread(request_stamp, message, authority)
        facts = check_token(token, message, [authority.root()], policy=authority.policy_oid)
    except TimeStampError as error:
        words = _("It gives no time stamp that holds. Check its address, its root certificate and its policy.")
        return Finding(name, State.FAIL, words, str(error))
    if abs(platform.clock() - facts.time) > CLOCK_TOLERANCE:
        return Finding(name, State.FAIL, _late(facts.time - platform.clock()))
    if facts.until < platform.clock() + RENEWAL:
        words = _(
            "Its certificate ends on %(day)s. Time stamps are renewed by later ones: before that day it needs a new"
            " certificate, or the installation another authority.",
            day=day(facts.until),
        )
        return Finding(name, State.FAIL, words)
    return Finding(name, State.OK, _("It stamped a probe; our clock agrees with it."))


async def _clock(platform: Platform) -> list[Finding]:
    """Compare our clock with the database's."""
    name = _("Clock")
    try:
        async with platform.database.read() as session:
            theirs = await session.scalar(select(func.current_timestamp()))
    except (SQLAlchemyError, OSError):
        return [Finding(name, State.NONE, _("Cannot be checked before the database answers."))]
    if not isinstance(theirs, datetime):
        theirs = datetime.fromisoformat(str(theirs))
    theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
    if abs(theirs - platform.clock()) > CLOCK_TOLERANCE:
        return [Finding(name, State.FAIL, _late(theirs - platform.clock()))]
    return [Finding(name, State.OK, _("It agrees with the database's."))]


def _late(difference: timedelta) -> str:
    seconds = round(abs(difference.total_seconds()))
    return _("Our clock is %(n)s seconds off. Let the machine follow a time server (NTP).", n=seconds)


async def _disk(platform: Platform) -> list[Finding]:
    name = _("Disk")
    try:
        free = shutil.disk_usage(platform.settings.data_dir).free
    except OSError as error:
        words = _("The data directory cannot be looked at. Check ENTENTE_DATA_DIR.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    if free < ENOUGH_ROOM:
        words = _("Only %(size)s are free. Make room, or give the data directory a larger disk.", size=size(free))
        return [Finding(name, State.FAIL, words)]
    return [Finding(name, State.OK, _("%(size)s are free.", size=size(free)))]


async def _register(platform: Platform) -> list[Finding]:
    """Have a probe signed, as a checkpoint would be, and show the key that verifies it."""
    name = _("Register")
    try:
        key = await asyncio.to_thread(platform.vault.ledger.try_signer)
    except VaultError as error:
        words = _("The key that signs the register does not answer or refuses. Check ENTENTE_SIGNING_KEY.")
        return [Finding(name, State.FAIL, words, str(error))]
    words = _("Publish this key, so that others can verify with it (entente verify --key):")
    return [Finding(name, State.OK, words, key.text)]
