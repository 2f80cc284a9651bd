"""Hash while bytes pass."""

import hashlib

from vault.digest import RunningDigest, passing


async def chunks(*parts: bytes):
    for part in parts:
        yield part


async def test_bytes_pass_unchanged_and_are_counted_and_hashed():
    digest = RunningDigest()
    passed = [chunk async for chunk in passing(chunks(b"one", b"", b"two"), digest)]
    assert passed == [b"one", b"", b"two"]
    assert digest.size == 6
    assert digest.sha256() == hashlib.sha256(b"onetwo").digest()


async def test_the_digest_so_far_may_be_asked_for_and_more_may_pass():
    digest = RunningDigest()
    assert digest.sha256() == hashlib.sha256().digest()
    digest.update(bytearray(b"a"))
    assert digest.sha256() == hashlib.sha256(b"a").digest()
    digest.update(memoryview(b"b"))
    assert digest.sha256() == hashlib.sha256(b"ab").digest()
