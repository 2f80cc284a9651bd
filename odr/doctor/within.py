"""What the database answers for: migrations, keys and their rotation, jobs, the clock."""

from datetime import UTC, datetime, timedelta
from typing import Final

from alembic.util.exc import CommandError
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from odr.custody.rotation import keys_state
from odr.doctor.finding import CLOCK_TOLERANCE, JOBS, KEYS, MIGRATIONS, PROBE, Finding, State, late
from odr.errors import OdrError
from odr.ids import new_id
from odr.migrate import is_current
from odr.outbox import JobRow, JobState
from odr.platform import Platform
from odr.words import _, exact_moment, ngettext
from vault import SpaceMissingError, SpaceRef, VaultError

STANDSTILL: Final = timedelta(minutes=10)


async def check_database(platform: Platform) -> list[Finding]:
    """Ask the database for an answer."""
    try:
        async with platform.database.read() as session:
            await session.execute(select(1))
    except (SQLAlchemyError, OSError) as error:
        words = _("It does not answer. Check ENTENTE_DATABASE_URL, and that the database runs.")
        return [Finding(_("Database"), State.FAIL, words, type(error).__name__)]
    return [Finding(_("Database"), State.OK, _("It answers."))]


async def check_migrations(platform: Platform) -> list[Finding]:
    """Tell whether the database is at the newest migration."""
    try:
        current = await is_current(platform.database)
    except (SQLAlchemyError, CommandError) as error:
        return [Finding(_(MIGRATIONS), State.FAIL, _("Run `entente migrate`."), type(error).__name__)]
    if not current:
        return [Finding(_(MIGRATIONS), State.FAIL, _("Not at the newest one. Run `entente migrate`."))]
    return [Finding(_(MIGRATIONS), State.OK, _("At the newest one."))]


async def check_keys(platform: Platform) -> list[Finding]:
    """Wrap and unwrap a probe key, then use the centre's own space key, which the right root alone can unwrap."""
    keys, probe = platform.vault.keys, SpaceRef(new_id(), new_id())
    try:
        async with platform.database.session(write=True) as session:
            try:
                await keys.make_space(session, probe)
                keys.forget()
                sealed = await keys.seal(session, probe, probe.space, PROBE)
                await keys.open(session, probe, probe.space, sealed)
                await keys.seal(session, platform.centre_space, probe.space, PROBE)
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


async def check_rotation(platform: Platform) -> list[Finding]:
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


async def check_jobs(platform: Platform) -> list[Finding]:
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
        words = _("%(n)s failed too often and are parked: `entente jobs` lists them, and tries them again.", n=parked)
        return [Finding(_(JOBS), State.FAIL, words)]
    return [Finding(_(JOBS), State.OK, _("None waits too long, none is parked."))]


async def check_clock(platform: Platform) -> list[Finding]:
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
        return [Finding(name, State.FAIL, late(theirs - platform.clock()))]
    return [Finding(name, State.OK, _("It agrees with the database's."))]
