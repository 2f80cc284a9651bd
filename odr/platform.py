"""What pages, jobs and commands run on: the settings, the database, the vault, the clock."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from odr.clock import Clock
from odr.database import Database
from odr.errors import UnavailableError, UploadRefusedError
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

    @asynccontextmanager
    async def unit(self, *, write: bool = True) -> AsyncIterator[UnitOfWork]:
        """Open a unit of work; commit at a clean end, roll back at an error, and wake the worker after a commit.

        The vault's and the database's absences come out as :class:`UnavailableError`.
        """
        with speaking_odr():
            async with self.database.session(write=write) as session:
                yield UnitOfWork(session, self.vault, self.clock, self.reactions)
                if write:
                    await session.commit()
        if write:
            self.woken.set()

    @property
    def centre_space(self) -> SpaceRef:
        """The space of what concerns the centre itself: accounts, roles, invitations."""
        return SpaceRef(self.settings.centre_id, self.settings.centre_id)

    async def prepare(self) -> None:
        """Make the centre's own space at the first start."""
        async with self.unit() as uow:
            try:
                async with uow.session.begin_nested():
                    await uow.vault.make_space(uow.session, self.centre_space)
            except SpaceExistsError:
                return

    async def close(self) -> None:
        """Close what holds connections."""
        await self.database.close()


@contextmanager
def speaking_odr() -> Iterator[None]:
    """Turn the vault's and the database's own errors into ours, so that no lower layer's text reaches a page."""
    try:
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
