"""Ledger entries: one canonical form for an event, and the salted hash that stands for it; no I/O.

Events are JSON without fractions (amounts are integers of cents or decimal strings), so that their RFC 8785 form needs
nothing but sorting and can be rebuilt by anyone. The salt keeps a leaf from being guessed, and lets it be forgotten.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias, cast

from vault.errors import ProofError
from vault.ledger.merkle import leaf_hash

JSON: TypeAlias = "bool | int | str | Sequence[JSON] | Mapping[str, JSON] | None"

SALT_SIZE: Final = 32
MAX_BYTES: Final = 256 * 1024
"""An event's canonical form, in bytes. Documents belong in sealed items; the ledger holds what happened to them."""
MAX_DEPTH: Final = 16
MAX_INTEGER: Final = (1 << 53) - 1
_DOMAIN: Final = b"entente-event/v1"


def canonical(value: JSON, *, limit: int = MAX_BYTES) -> bytes:
    """RFC 8785 bytes of ``value``.

    Raises ProofError for fractions, integers beyond 2^53-1, lone surrogates, more than 16 levels or ``limit`` bytes.
    """
    try:
        text = json.dumps(_sorted(value, MAX_DEPTH), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        data = text.encode()
    except UnicodeEncodeError:
        raise ProofError("the JSON holds text that is not Unicode") from None
    if len(data) > limit:
        raise ProofError(f"the JSON is larger than {limit} bytes")
    return data


def read_canonical(data: bytes, *, limit: int = MAX_BYTES) -> dict[str, JSON]:
    """Read a JSON object that must be in its RFC 8785 form, byte for byte.

    Raises ProofError for anything else: white space, double names, other escapes, another order, too large, too deep.
    """
    if len(data) > limit:
        raise ProofError(f"the JSON is larger than {limit} bytes")
    try:
        value = cast("JSON", json.loads(data.decode(), parse_float=_refuse, parse_constant=_refuse))
    except (ValueError, RecursionError):
        raise ProofError("this is not JSON as it must be written here") from None
    if not isinstance(value, dict) or canonical(value, limit=limit) != data:
        raise ProofError("the JSON is not in its canonical form (RFC 8785)")
    return value


def entry_hash(salt: bytes, body: bytes) -> bytes:
    """Leaf hash of an event by its canonical bytes: SHA-256(0x00 ‖ SHA-256("entente-event/v1" ‖ salt ‖ body))."""
    if len(salt) != SALT_SIZE:
        raise ProofError("an entry's salt has 32 bytes")
    return leaf_hash(hashlib.sha256(_DOMAIN + salt + body).digest())


def _sorted(value: JSON, depth: int) -> JSON:
    """Copy ``value`` with names in UTF-16 order (RFC 8785 section 3.2.3), refusing what has no single form."""
    if depth == 0:
        raise ProofError("the JSON is nested too deep")
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise ProofError("an integer of the JSON is beyond 2^53-1")
        return int(value)
    if isinstance(value, Mapping):
        if not all(isinstance(name, str) for name in value):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers may be untyped
            raise ProofError("names in the JSON must be text")
        names = sorted(value, key=lambda name: name.encode("utf-16-be", "surrogatepass"))
        return {name: _sorted(value[name], depth - 1) for name in names}
    if isinstance(value, list | tuple):
        return [_sorted(item, depth - 1) for item in value]
    raise ProofError("events hold text, integers, booleans, lists and objects only")


def _refuse(_text: str) -> JSON:
    raise ValueError
