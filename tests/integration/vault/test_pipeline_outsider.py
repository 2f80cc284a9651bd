"""An outsider with the keyring, the rows, the object and docs/formats.md: none of our code opens anything here."""

import hashlib
import json
import os
from base64 import b64decode
from uuid import UUID, uuid4

from cryptography.cobblestone import Cobblestone256Decryptor
from sqlalchemy import text

from vault import ItemRef, SpaceRef

SEGMENT = 8_388_608
SEALED_SEGMENT = 8_396_872


async def chunks_of(data: bytes):
    yield data


def cobblestone(key: bytes, context: bytes, message: bytes) -> bytes:
    decryptor = Cobblestone256Decryptor(key, context=context)
    return decryptor.update(message) + decryptor.finalize()


def u32(number: int) -> bytes:
    return number.to_bytes(4, "big")


async def test_an_outsider_opens_an_item_and_a_text_by_the_document_alone(vault, config, session, tenant, tmp_path):
    collection, space, item_id, label = (uuid4() for _ in range(4))
    place, item = SpaceRef(collection, space), ItemRef(collection, item_id, 2)
    data = os.urandom(SEGMENT + 40_000)
    await vault.make_space(session, place)
    await vault.keep(session, await vault.receive(item, chunks_of(data), limit=len(data)), place)
    sealed_text = await vault.seal_text(session, place, label, "Pièce C-1")

    keyring = json.loads(config.root.path.read_text())
    row = (await session.execute(text("SELECT root, wrapped, key_version FROM vault_space_keys"))).one()
    context = {"app": "entente", "key_version": "1", "space": f"{collection}/{space}", "tenant": str(tenant)}
    bound = hashlib.sha256(json.dumps(context, sort_keys=True, separators=(",", ":")).encode()).digest()
    root = UUID(bytes=bytes(row.wrapped[:16]))
    assert row.root == f"local:{root}"
    space_key = cobblestone(
        b64decode(keyring["keys"][str(root)]), b"entente-vault/root/v1\0" + bound, bytes(row.wrapped[16:])
    )

    where = tenant.bytes + collection.bytes + space.bytes
    assert bytes(sealed_text[:4]) == u32(1)
    text_context = b"entente-vault/text/v1\0" + where + u32(1) + label.bytes
    assert cobblestone(space_key, text_context, sealed_text[4:]).decode() == "Pièce C-1"

    wrapped = (await session.execute(text("SELECT wrapped FROM vault_wrapped_keys"))).scalar_one()
    key_context = b"entente-vault/data-key/v1\0" + where + u32(1) + collection.bytes + item_id.bytes + u32(2)
    data_key = cobblestone(space_key, key_context, bytes(wrapped))

    (path,) = (each for each in (tmp_path / "store" / "objects").rglob("*@*"))
    sealed = path.read_bytes()
    prefix = b"entente-vault/segment/v1\0" + tenant.bytes + collection.bytes + item_id.bytes + u32(2)
    first = cobblestone(data_key, prefix + u32(0) + b"\0", sealed[:SEALED_SEGMENT])
    last = cobblestone(data_key, prefix + u32(1) + b"\1", sealed[SEALED_SEGMENT:])
    assert first + last == data
