"""Secret files: mode 0600 or refused, created whole or not at all."""

import os
import secrets
from pathlib import Path
from typing import Final

from vault.errors import ConfigurationError

MAX_SECRET_SIZE: Final = 1024 * 1024


def read_secret(path: Path) -> bytes:
    """A secret file's bytes. Raises ConfigurationError where it is missing, too large, or open to others."""
    try:
        with path.open("rb") as file:
            facts = os.fstat(file.fileno())
            if facts.st_mode & 0o077:
                raise ConfigurationError(f"{path} can be read or written by others: chmod 600 it")
            if facts.st_size > MAX_SECRET_SIZE:
                raise ConfigurationError(f"{path} is too large to be a key file")
            return file.read(MAX_SECRET_SIZE)
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from error


def create_secret(path: Path, content: bytes) -> bool:
    """Write a secret file, mode 0600, durable; False, and nothing changed, where one is there already.

    The file appears with all its bytes or not at all, and never over another. Raises ConfigurationError.
    """
    partial = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.link(partial, path)
        finally:
            partial.unlink()
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
    except FileExistsError:
        return False
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be written: {error.strerror}") from error
    return True
