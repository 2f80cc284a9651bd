"""Secrets in memory: unreadable in a log, a traceback or a pickle, and written over when they have served."""

from pathlib import Path
from typing import Final, NoReturn, Self

_CHANCE: Final = Path("/dev/urandom")


class Secret(bytearray):
    """Bytes that neither ``repr`` nor ``pickle`` nor ``copy`` gives away. Whoever made one zeroes it."""

    @classmethod
    def fresh(cls, size: int) -> Self:
        """Random bytes, read straight into the buffer: nothing immutable holds them meanwhile."""
        made = cls(size)
        with _CHANCE.open("rb", buffering=0) as chance:
            if chance.readinto(made) != size:  # pragma: no cover -- the kernel gives up to 256 bytes whole
                raise OSError("the system gave too few random bytes")
        return made

    def __repr__(self) -> str:
        return f"<{len(self)} secret bytes>"

    __str__ = __repr__

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


def zero(secret: bytearray) -> None:
    """Overwrite a secret in place."""
    secret[:] = bytes(len(secret))
