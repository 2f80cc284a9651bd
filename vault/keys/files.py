"""Secret files: mode 0600 or refused, created whole or not at all."""

import fcntl
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from vault.errors import ConfigurationError
from vault.keys.secret import Secret

MAX_SECRET_SIZE: Final = 1024 * 1024


def read_secret(path: Path) -> Secret:
    """A secret file's bytes. Raises ConfigurationError where it is missing, too large, or open to others."""
    try:
        with path.open("rb", buffering=0) as file:
            facts = os.fstat(file.fileno())
            if facts.st_mode & 0o077:
                raise ConfigurationError(f"{path} can be read or written by others: chmod 600 it")
            if facts.st_size > MAX_SECRET_SIZE:
                raise ConfigurationError(f"{path} is too large to be a key file")
            content = Secret(facts.st_size)
            filled = 0
            while filled < len(content) and (got := file.readinto(memoryview(content)[filled:])):
                filled += got
            return content
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error


def create_secret(path: Path, content: bytes | bytearray) -> bool:
    """Write a secret file, mode 0600, durable; False, and nothing changed, where one is there already.

    The file appears with all its bytes or not at all, and never over another. Raises ConfigurationError.
    """
    try:
        with _written(path, content) as partial:
            os.link(partial, path)
            partial.unlink()
    except FileExistsError:
        return False
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    return True


def replace_secret(path: Path, content: bytes | bytearray) -> None:
    """Put other bytes in a secret file's place: whoever reads meanwhile has all of the old ones or all of the new.

    Raises ConfigurationError.
    """
    try:
        with _written(path, content) as partial:
            partial.rename(path)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error


@contextmanager
def alone_with(path: Path) -> Generator[None, None, None]:
    """Hold a lock beside a secret file, so that of two who read, change and write it none undoes the other.

    Raises ConfigurationError.
    """
    try:
        directory = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be reached: {error.strerror}") from error
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield
    finally:
        os.close(directory)


@contextmanager
def _written(path: Path, content: bytes | bytearray) -> Generator[Path, None, None]:
    """A durable file with these bytes beside ``path``, under another name, for the block to put in place."""
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(content)
            os.fsync(file.fileno())
        yield partial
    finally:
        partial.unlink(missing_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
