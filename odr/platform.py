"""What pages, jobs and commands run on: the settings, the database, the vault, the clock."""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from types import TracebackType

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from odr.clock import Clock
from odr.database import Database
from odr.errors import ConflictError, NotFoundError, UnavailableError, UploadRefusedError
from odr.settings import Settings
from odr.unit_of_work import Reactions, UnitOfWork
from vault import (
    DigestMismatchError,
    DiskFullError,
    KeyRootUnavailableError,
    SpaceExistsError,
    SpaceRef,
    StoreError,
    TooLargeError,
    UploadBusyError,
    UploadMissingError,
    UploadOffsetError,
    UploadUnfinishedError,
    Vault,
    VaultError,
)


class Platform:
    """Everything that runs: made once a process, closed at its end. A plain class: Litestar leaves it as it is."""

    def __init__(
        self, settings: Settings, database: Database, vault: Vault, clock: Clock, reactions: Reactions
    ) -> None:
        self.settings = settings
        self.database = database
        self.vault = vault
        self.clock = clock
        self.reactions = reactions
        self.woken = asyncio.Event()

    def unit(self, *, write: bool = True) -> "Unit":
        """Open a unit of work; commit at a clean end, roll back at an error, and wake the worker after a commit.

        The vault's and the database's absences come out as :class:`UnavailableError`.
        """
        return Unit(self, write=write)

    @property
    def centre_space(self) -> SpaceRef:
        """The space of what concerns the centre itself: accounts, roles, invitations."""
        return SpaceRef(self.settings.centre_id, self.settings.centre_id)

    async def prepare(self) -> None:
        """Make the centre's own space at the first start, and have the signer say with which key it signs."""
        with speaking_odr():
            await asyncio.to_thread(lambda: self.vault.ledger.key)
        async with self.unit() as uow:
            try:
                async with uow.session.begin_nested():
                    await uow.vault.make_space(uow.session, self.centre_space)
            except SpaceExistsError:
                return

    async def close(self) -> None:
        """Close what holds connections."""
        await self.database.close()


class Unit(AbstractAsyncContextManager[UnitOfWork]):
    """A unit of work being open.

    A class, not a generator: Litestar drops a request's dependencies half-way when a later one refuses, and a generator
    inside a dropped generator can't be closed in order.
    """

    def __init__(self, platform: Platform, *, write: bool) -> None:
        self._platform = platform
        self._write = write
        self._session = platform.database.session(write=write)

    async def __aenter__(self) -> UnitOfWork:
        """Give the unit of work; nothing is asked of the database yet."""
        platform = self._platform
        answers = None if self._write else dict[tuple[object, ...], object]()
        return UnitOfWork(self._session, platform.vault, platform.clock, platform.reactions, answers)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Commit or roll back, and close the session whatever happens."""
        with speaking_odr():
            async with self._session:
                if error is not None:
                    raise error
                if self._write:
                    await self._session.commit()
        if self._write:
            self._platform.woken.set()


@contextmanager
def speaking_odr() -> Iterator[None]:
    """Turn the vault's and the database's own errors into ours, so that no lower layer's text reaches a page."""
    try:
        with _speaking_of_uploads():
            yield
    except TooLargeError as error:
        raise UploadRefusedError("too_large") from error
    except DigestMismatchError as error:
        raise UploadRefusedError("digest_mismatch") from error
    except DiskFullError as error:
        raise UnavailableError("store_full") from error
    except (StoreError, KeyRootUnavailableError) as error:
        raise UnavailableError("store_away") from error
    except VaultError as error:
        raise UnavailableError("vault_refused") from error
    except (OperationalError, PoolTimeoutError) as error:
        raise UnavailableError("database_away") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise UnavailableError("database_away") from error
        raise


@contextmanager
def _speaking_of_uploads() -> Iterator[None]:
    """The same for what the vault says of a resumable deposit."""
    try:
        yield
    except UploadMissingError as error:
        raise NotFoundError from error
    except UploadOffsetError as error:
        raise ConflictError("upload_offset", offset=error.offset) from error
    except UploadBusyError as error:
        raise ConflictError("upload_busy") from error
    except UploadUnfinishedError as error:
        raise ConflictError("upload_unfinished") from error
