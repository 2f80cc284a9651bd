"""Keys in memory: nowhere to be read but by who uses them, and written over afterwards."""

import asyncio
import copy
import io
import logging
import pickle
import subprocess
import sys
import traceback
from types import TracebackType
from uuid import UUID, uuid4

import pytest
import structlog

from vault import ItemRef, envelope
from vault.deposit import Received, receive
from vault.errors import KeyRootError, SealError
from vault.keys.files import read_secret
from vault.keys.local import LocalRootKey
from vault.keys.secret import Secret, zero
from vault.opened import Opened
from vault.stores.memory import MemoryObjects

PLANTED = b"PLANTED-KEY-PLANTED-KEY-PLANTED!"
CONTEXT = {"app": "entente", "space": "c/s"}
ITEM = ItemRef(uuid4(), uuid4())


def frames(error: BaseException) -> list[TracebackType]:
    """Every frame of an error, of its causes and of what it happened in."""
    found: list[TracebackType] = []
    for each in (error, error.__cause__, error.__context__):
        step = each.__traceback__ if each is not None else None
        while step is not None:
            found.append(step)
            step = step.tb_next
    return found


def held_by(error: BaseException) -> list[str]:
    """Names of what the error's frames still hold of the planted key, our own test's frames left out."""
    ours = [step.tb_frame for step in frames(error) if "/tests/" not in step.tb_frame.f_code.co_filename]
    return [
        f"{frame.f_code.co_qualname}.{name}"
        for frame in ours
        for name, value in frame.f_locals.items()
        if isinstance(value, bytes | bytearray) and PLANTED[:11] in value
    ]


def test_a_secret_is_not_shown_pickled_or_copied():
    secret = Secret(PLANTED)
    shown = [repr(secret), str(secret), f"{secret}", f"{secret!r}", repr([secret]), repr({"k": secret})]
    assert not any("PLANTED" in text for text in shown)
    for act in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError, match="neither"):
            act(secret)
    assert bytes(secret) == PLANTED
    zero(secret)
    assert bytes(secret) == bytes(32)


def test_a_secret_never_reaches_a_log():
    secret, out = Secret(PLANTED), io.StringIO()
    log = structlog.wrap_logger(structlog.PrintLogger(out), processors=[structlog.processors.JSONRenderer()])
    log.info("event", key=secret, keys=[secret])
    handler = logging.StreamHandler(out)
    plain = logging.getLogger(f"test-{uuid4()}")
    plain.addHandler(handler)
    plain.propagate = False
    plain.warning("key %s %r", secret, {"key": secret})
    assert "PLANTED" not in out.getvalue()
    assert "secret bytes" in out.getvalue()


def test_fresh_secrets_differ_and_have_their_size():
    assert bytes(Secret.fresh(32)) != bytes(Secret.fresh(32))
    assert len(Secret.fresh(32)) == 32


async def test_a_refused_unwrapping_leaves_no_root_key_in_its_traceback():
    name = UUID(int=1)
    root = LocalRootKey(name, {name: PLANTED})
    wrapped = await root.wrap(bytes(32), CONTEXT)
    with pytest.raises(KeyRootError) as refusal:
        await root.unwrap(wrapped.data, {**CONTEXT, "space": "other"})
    text = "".join(traceback.format_exception(refusal.value))
    assert "PLANTED" not in text
    assert "PLANTED" not in repr(root)
    with pytest.raises(TypeError):
        pickle.dumps(root)


def test_a_key_opened_from_a_message_is_the_only_copy_that_we_hold():
    context = b"context"
    sealed = bytes(envelope.seal(PLANTED, context, PLANTED))
    opened = envelope.open_key(PLANTED, context, sealed)
    assert isinstance(opened, Secret)
    assert bytes(opened) == PLANTED
    with pytest.raises(SealError):
        envelope.open_key(bytes(32), context, sealed)


async def chunks(*parts: bytes):
    for part in parts:
        yield part


async def breaking():
    yield b"some bytes"
    raise RuntimeError("the line was cut")


async def test_a_broken_deposit_zeroes_its_data_key(monkeypatch):
    made: list[Secret] = []

    def planted(_cls, _size):
        made.append(Secret(PLANTED))
        return made[-1]

    monkeypatch.setattr(Secret, "fresh", classmethod(planted))
    with pytest.raises(RuntimeError, match="cut") as cut:
        await receive(MemoryObjects(), uuid4(), ITEM, breaking(), limit=100)
    assert [bytes(each) for each in made] == [bytes(32)]
    assert held_by(cut.value) == []


async def test_what_was_received_or_opened_is_zeroed_when_nobody_holds_it_any_more():
    store, tenant = MemoryObjects(), uuid4()
    received = await receive(store, tenant, ITEM, chunks(b"an exhibit"), limit=100)
    assert isinstance(received, Received)
    data_key = received.data_key
    assert any(data_key)
    assert data_key.hex() not in repr(received)
    place = received.object_key, received.object_version
    opened = Opened(store, place, tenant, ITEM, data_key, size=received.size, sha256=received.sha256)
    inside = opened._data_key  # noqa: SLF001 -- only the buffer itself can show that it was zeroed
    assert b"".join([piece async for piece in opened.read()]) == b"an exhibit"
    for unpicklable in (received, opened):
        with pytest.raises(TypeError):
            pickle.dumps(unpicklable)
    del received
    assert bytes(data_key) == bytes(32)
    assert bytes(inside) != bytes(32)
    del opened, unpicklable
    await asyncio.sleep(0)
    assert bytes(inside) == bytes(32)


def test_a_secret_file_is_read_into_a_buffer_that_can_be_zeroed(tmp_path):
    path = tmp_path / "key"
    path.write_bytes(PLANTED)
    path.chmod(0o600)
    content = read_secret(path)
    assert isinstance(content, Secret)
    assert bytes(content) == PLANTED


def test_a_process_that_holds_keys_leaves_no_dump():
    script = (
        "import ctypes, resource\n"
        "from vault import leave_no_dumps\n"
        "leave_no_dumps()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603 -- fixed
    assert said.stdout.strip() == "(0, 0) 0"
