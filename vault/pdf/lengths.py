"""A slip of asn1crypto, on which pyHanko rests: a length that ends in 0x80 counts there as an indefinite one.

Whatever has such a length (one structure of 256, by chance: signatures and serial numbers vary in length) is encoded
anew each time it is asked for, with all that is in it; and what holds it asks several times on each level. Of one
centre's seals eight in twenty took more than twenty seconds of a processor, and the others a tenth of a second.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any, Final

_SHORTEST: Final = 3  # a tag, a length of lengths, 0x80; of an indefinite one 0x80 is the second byte of two


@cache
def mend_lengths() -> None:
    """Have definite lengths taken for what they are, in this process."""
    core: Any = import_module("asn1crypto.core")
    for kind in (core.Asn1Value, core.Sequence, core.SequenceOf):
        kind.dump = _mended(kind.dump)


def _mended(dump: Callable[..., bytes]) -> Callable[..., bytes]:
    def mended(value: Any, force: bool = False) -> bytes:  # noqa: ANN401, FBT001, FBT002 -- asn1crypto's signature
        header: bytes | None = value._header  # noqa: SLF001 -- what it misreads
        if not force and header is not None and len(header) >= _SHORTEST and header.endswith(b"\x80"):
            contents: bytes = value.contents  # a value that was changed loses its header here
            if value._header is header:  # noqa: SLF001 -- same
                trailer: bytes = value._trailer  # noqa: SLF001 -- same
                whole: bytes = header + contents + trailer
                return whole
        return dump(value, force)

    return mended
