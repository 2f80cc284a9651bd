"""The root key of the keyring file: bound to its context, and to the root that wrapped."""

from uuid import UUID

import pytest

from vault.errors import KeyRootError
from vault.keys.local import LocalRootKey, root_context

OLD, NEW = UUID(int=1), UUID(int=2)
CONTEXT = {"app": "entente", "tenant": "t", "space": "c/s", "key_version": "1"}
KEY = bytes(range(32))


@pytest.fixture
def root():
    return LocalRootKey(OLD, {OLD: b"\x01" * 32})


async def test_a_wrapped_key_opens_for_its_own_context_only(root):
    wrapped = (await root.wrap(KEY, CONTEXT)).data
    assert KEY not in wrapped
    assert await root.unwrap(wrapped, dict(reversed(CONTEXT.items()))) == KEY
    for name in CONTEXT:
        with pytest.raises(KeyRootError, match="altered or moved"):
            await root.unwrap(wrapped, {**CONTEXT, name: "other"})
    with pytest.raises(KeyRootError):
        await root.unwrap(wrapped, {**CONTEXT, "more": "1"})


async def test_wrapping_twice_gives_two_different_wrapped_keys(root):
    assert (await root.wrap(KEY, CONTEXT)).data != (await root.wrap(KEY, CONTEXT)).data


async def test_a_rotated_keyring_opens_the_old_and_wraps_with_the_new(root):
    rotated = LocalRootKey(NEW, {OLD: b"\x01" * 32, NEW: b"\x02" * 32})
    assert await rotated.unwrap((await root.wrap(KEY, CONTEXT)).data, CONTEXT) == KEY
    assert rotated.holds(await root.current())
    assert not root.holds(await rotated.current())
    with pytest.raises(KeyRootError, match="lacks"):
        await root.unwrap((await rotated.wrap(KEY, CONTEXT)).data, CONTEXT)


@pytest.mark.parametrize("wrapped", [b"", b"short", bytes(16), OLD.bytes, OLD.bytes + b"x" * 104])
async def test_rubbish_is_refused(root, wrapped):
    with pytest.raises(KeyRootError):
        await root.unwrap(wrapped, CONTEXT)


async def test_a_root_key_never_shows_in_its_description(root):
    assert "x01" not in repr(root)
    assert await root.current() == f"local:{OLD}"


def test_two_contexts_never_read_alike():
    assert root_context({"a": '1","b":"2'}) != root_context({"a": "1", "b": "2"})
    assert len(root_context({})) == len(root_context(CONTEXT)) == 22 + 32
