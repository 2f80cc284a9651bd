"""Marks of destruction: kept in the store, outside of every database backup, so that a restored one can't undo them.

A mark names what was destroyed by ids alone, and is signed by the log's key, so that whoever can write to the store
cannot have anything destroyed. Marks lie under ``erasures/TENANT/``, which no sweep touches.
"""

import asyncio
import hashlib
import json
from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Self, cast
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from vault.errors import ProofError, StoreError
from vault.ledger import tables
from vault.ledger.checkpoint import NoteKey
from vault.ledger.entry import canonical, read_canonical
from vault.stores.base import LockMode
from vault.vault import Vault

MAX_BYTES: Final = 64 * 1024
KEEP_YEARS: Final = 10
_DOMAIN: Final = b"entente-erasure/v1\0"


@dataclass(frozen=True, slots=True)
class Erasure:
    """What a mark says was destroyed: a ``scope`` (a word of the caller's), a collection, and an id in it."""

    id: UUID
    scope: str
    collection: UUID
    subject: UUID

    def body(self) -> bytes:
        """The canonical bytes that are signed."""
        return canonical(
            {
                "collection": str(self.collection),
                "id": str(self.id),
                "scope": self.scope,
                "subject": str(self.subject),
            }
        )

    @classmethod
    def of_body(cls, body: bytes) -> Self:
        """Read what ``body`` wrote. Raises ProofError."""
        said = read_canonical(body)
        try:
            ids = {name: UUID(cast("str", said[name])) for name in ("id", "collection", "subject")}
            return cls(ids["id"], str(said["scope"]), ids["collection"], ids["subject"])
        except (KeyError, ValueError, AttributeError, TypeError):
            raise ProofError("this is no mark of destruction") from None


async def mark(vault: Vault, erasure: Erasure) -> None:
    """Write a signed mark, under the store's lock where it has one. Writing it twice is no error.

    Raises StoreError, KeyRootError.
    """
    body = erasure.body()
    signature = await asyncio.to_thread(vault.ledger.sign, _DOMAIN + body)
    shown = {"body": b64encode(body).decode(), "signature": b64encode(signature).decode()}
    await asyncio.to_thread(_put, vault, erasure.id, json.dumps(shown).encode())


async def marks(vault: Vault, session: AsyncSession) -> list[Erasure]:
    """Every mark that this log's key, or one that it signed with before, vouches for; any other is left aside.

    Raises StoreError.
    """
    known = {vault.ledger.key.raw}
    texts = (await session.execute(select(tables.checkpoints.c.key).distinct())).scalars()
    known |= {NoteKey.from_text(text).raw for text in texts}
    contents = await asyncio.to_thread(_read_all, vault)
    found = [_believed(content, known) for content in contents]
    return [erasure for erasure in found if erasure is not None]


def _believed(content: bytes, keys: set[bytes]) -> Erasure | None:
    try:
        shown = json.loads(content)
        body, signature = b64decode(shown["body"], validate=True), b64decode(shown["signature"], validate=True)
    except (ValueError, KeyError, TypeError):
        return None
    for raw in keys:
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, _DOMAIN + body)
            return Erasure.of_body(body)
        except (InvalidSignature, ProofError):
            continue
    return None


def _put(vault: Vault, name: UUID, content: bytes) -> None:
    key = f"{_prefix(vault)}/{name}"
    upload = vault.store.begin(key)
    piece = vault.store.put_part(key, upload, 1, 0, content, hashlib.sha256(content).digest())
    version = vault.store.complete(key, upload, [piece])
    if vault.store.locks:
        vault.store.lock(key, version, LockMode.GOVERNANCE, datetime.now(UTC) + timedelta(days=365 * KEEP_YEARS))


def _read_all(vault: Vault) -> list[bytes]:
    found: list[bytes] = []
    for each in vault.store.objects(_prefix(vault)):
        try:
            found.append(vault.store.read(each.key, each.version, 0, MAX_BYTES))
        except StoreError:  # one unreadable mark must not hide the others
            continue
    return found


def _prefix(vault: Vault) -> str:
    return f"erasures/{vault.tenant}"
