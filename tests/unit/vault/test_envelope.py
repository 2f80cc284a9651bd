"""The sealed format, attacked."""

import hashlib
import json
import os
import secrets
import zlib
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from hypothesis import given
from hypothesis import strategies as st

from vault import contexts, envelope
from vault.envelope import CHUNK_SIZE, HEADER_SIZE, SEALED_CHUNK_SIZE, TAG_SIZE, MessageReader, StreamOpener
from vault.errors import SealError
from vault.refs import ItemRef, SpaceRef

ROOT = Path(__file__).parents[3]
VECTORS = Path(os.environ.get("ENTENTE_VECTORS", ROOT.parent / "shared" / "vectors"))
WYCHEPROOF = VECTORS / "wycheproof" / "c2sp_chunked_encryption_aes_256_gcm_test.json"
FROZEN = ROOT / "tests" / "vectors" / "envelope" / "sealed.json"

KEY = bytes(range(32))
CONTEXT = b"a test"
SIZES = [0, 1, CHUNK_SIZE - 1, CHUNK_SIZE, CHUNK_SIZE + 1, 3 * CHUNK_SIZE, 3 * CHUNK_SIZE + 5]


def wycheproof_cases():
    if not WYCHEPROOF.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no Wycheproof vectors at {VECTORS.name}"))]
    groups = json.loads(WYCHEPROOF.read_text())["testGroups"]
    return [pytest.param(case, id=f"{case['tcId']}") for group in groups for case in group["tests"]]


def sealed_of(case) -> bytes:
    return zlib.decompress(bytes.fromhex(case["ct"]))


def through_the_stream(key: bytes, context: bytes, sealed: bytes, step: int = 1000) -> tuple[bytes, str | None]:
    """What comes out before the end, and the refusal, if any, which must come again at every further call."""
    opener = StreamOpener(key, context)
    out = bytearray()
    try:
        for start in range(0, len(sealed), step):
            out += opener.update(sealed[start : start + step])
        out += opener.finish()
    except SealError as refusal:
        for again in (lambda: opener.update(b""), opener.finish, lambda: opener.update(sealed)):
            with pytest.raises(SealError, match=str(refusal).replace("*", r"\*")):
                again()
        return bytes(out), str(refusal)
    return bytes(out), None


def reader_of(key: bytes, context: bytes, sealed: bytes) -> MessageReader:
    return MessageReader(key, context, len(sealed), lambda offset, length: sealed[offset : offset + length])


def check_whole(sealed: bytes) -> None:
    reader_of(KEY, CONTEXT, sealed).check_end()


def refusal_of(call: Callable[[], object]) -> str:
    with pytest.raises(SealError) as first:
        call()
    with pytest.raises(SealError) as second:
        call()
    assert str(first.value) == str(second.value)
    return str(first.value)


@pytest.mark.parametrize("case", wycheproof_cases())
def test_every_wycheproof_case_is_judged_rightly_as_a_stream(case):
    key, context, sealed = bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"]), sealed_of(case)
    plain, refusal = through_the_stream(key, context, sealed, 70_000)
    assert (refusal is None) == (case["result"] == "valid")
    if "msgSha512" in case:
        assert len(plain) <= case["msgLength"]
        assert refusal is not None or hashlib.sha512(plain).hexdigest() == case["msgSha512"]
    else:
        assert plain == b""


@pytest.mark.parametrize("step", [100_000, 4 * CHUNK_SIZE])
@pytest.mark.parametrize("case", wycheproof_cases())
def test_every_wycheproof_case_is_judged_rightly_by_ranges(case, step):
    key, context, sealed = bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"]), sealed_of(case)

    def read_all() -> bytes:
        reader = reader_of(key, context, sealed)
        reader.check_end()
        edges = [*range(0, reader.size, step), reader.size]
        return b"".join(reader.read(start, stop) for start, stop in pairwise(edges))

    if case["result"] != "valid":
        refusal_of(read_all)
        return
    plain = read_all()
    assert len(plain) == case["msgLength"]
    assert hashlib.sha512(plain).hexdigest() == case["msgSha512"]


@pytest.mark.parametrize("case", wycheproof_cases())
def test_only_the_valid_final_chunks_of_wycheproof_announce_a_length(case):
    key, context, sealed = bytes.fromhex(case["key"]), bytes.fromhex(case["ctx"]), sealed_of(case)
    if case["result"] == "valid" or "ValidFinalChunk" in case["flags"]:
        reader_of(key, context, sealed).check_end()
    else:
        refusal_of(lambda: reader_of(key, context, sealed).check_end())


@pytest.mark.parametrize("size", SIZES)
def test_another_implementation_opens_what_is_sealed_here(size):
    plain = secrets.token_bytes(size)
    decryptor = Cobblestone256Decryptor(KEY, context=CONTEXT)
    sealed = bytes(envelope.seal(KEY, CONTEXT, plain))
    assert decryptor.update(sealed) + decryptor.finalize() == plain


@pytest.mark.parametrize("size", SIZES)
def test_what_another_implementation_seals_is_opened_here(size):
    plain = secrets.token_bytes(size)
    encryptor = Cobblestone256Encryptor(KEY, context=CONTEXT)
    sealed = encryptor.update(plain) + encryptor.finalize()
    assert envelope.open_message(KEY, CONTEXT, sealed) == plain
    assert through_the_stream(KEY, CONTEXT, sealed, 7)[0] == plain


@given(st.data(), st.sampled_from(SIZES))
def test_any_range_is_what_a_slice_would_be(data, size):
    plain = hashlib.shake_128(b"range").digest(size)
    reader = reader_of(KEY, CONTEXT, bytes(envelope.seal(KEY, CONTEXT, plain)))
    start = data.draw(st.integers(0, size))
    stop = data.draw(st.integers(start, size))
    assert bytes(reader.read(start, stop)) == plain[start:stop]


@given(st.lists(st.integers(0, 7 * CHUNK_SIZE + 5), max_size=12), st.lists(st.integers(0, 8), max_size=6))
def test_ranges_one_after_the_other_are_what_slices_would_be_wherever_they_lie(bytewise, chunkwise):
    plain = hashlib.shake_128(b"ranges").digest(7 * CHUNK_SIZE + 5)
    reader = reader_of(KEY, CONTEXT, bytes(envelope.seal(KEY, CONTEXT, plain)))
    edges = [*sorted(bytewise), 0, *sorted(min(each * CHUNK_SIZE, len(plain)) for each in chunkwise), len(plain)]
    for start, stop in pairwise(edges):
        if start <= stop:
            assert bytes(reader.read(start, stop)) == plain[start:stop]


def test_a_bad_chunk_in_a_run_is_refused_again_and_what_lies_before_it_is_still_read():
    plain = secrets.token_bytes(6 * CHUNK_SIZE)
    sealed = bytearray(envelope.seal(KEY, CONTEXT, plain))
    sealed[HEADER_SIZE + 3 * SEALED_CHUNK_SIZE] ^= 1
    reader = reader_of(KEY, CONTEXT, bytes(sealed))
    assert bytes(reader.read(0, 2 * CHUNK_SIZE)) == plain[: 2 * CHUNK_SIZE]
    refusal_of(lambda: reader.read(2 * CHUNK_SIZE, 6 * CHUNK_SIZE))
    assert bytes(reader.read(0, 3 * CHUNK_SIZE)) == plain[: 3 * CHUNK_SIZE]
    refusal_of(lambda: reader.read(0, 6 * CHUNK_SIZE))


@given(st.integers(0, 2**52 - 1))
def test_the_sealed_size_is_known_beforehand_and_tells_the_plain_size(size):
    assert envelope.plain_size(envelope.sealed_size(size)) == size


def test_the_sealed_size_is_what_is_sealed():
    for size in SIZES:
        assert len(envelope.seal(KEY, CONTEXT, bytes(size))) == envelope.sealed_size(size)


@pytest.mark.parametrize(("start", "stop"), [(-1, 1), (2, 1), (0, 11), (11, 11)])
def test_a_range_outside_the_message_is_refused(start, stop):
    reader = reader_of(KEY, CONTEXT, bytes(envelope.seal(KEY, CONTEXT, bytes(10))))
    with pytest.raises(ValueError, match="not within"):
        reader.read(start, stop)


def test_sealing_into_a_callers_buffer_writes_no_further():
    buffer = memoryview(bytearray(b"\xee" * 500))
    sealed = envelope.seal(KEY, CONTEXT, b"forty", buffer)
    assert len(sealed) == envelope.sealed_size(5)
    assert buffer[len(sealed) :] == b"\xee" * (500 - len(sealed))
    assert envelope.open_message(KEY, CONTEXT, buffer[: len(sealed)]) == b"forty"


def test_a_message_cut_at_any_chunk_is_refused_on_both_paths():
    plain = secrets.token_bytes(3 * CHUNK_SIZE + 100)
    sealed = bytes(envelope.seal(KEY, CONTEXT, plain))
    for full in range(4):
        boundary = HEADER_SIZE + full * SEALED_CHUNK_SIZE
        for cut in (boundary, boundary + 1, boundary + TAG_SIZE - 1, boundary + TAG_SIZE, boundary + TAG_SIZE + 5):
            out, refusal = through_the_stream(KEY, CONTEXT, sealed[:cut])
            assert refusal is not None
            assert plain.startswith(out)
            refusal_of(partial(check_whole, sealed[:cut]))


def test_a_store_that_gives_fewer_bytes_than_recorded_is_refused():
    sealed = bytes(envelope.seal(KEY, CONTEXT, bytes(100)))
    reader = MessageReader(KEY, CONTEXT, len(sealed), lambda offset, length: sealed[:-1][offset : offset + length])
    assert "cut" in refusal_of(reader.check_end)


def test_a_store_that_gives_a_cut_header_is_refused():
    refusal_of(lambda: MessageReader(KEY, CONTEXT, envelope.sealed_size(0), lambda _offset, length: bytes(length - 1)))


@pytest.mark.parametrize("size", [CHUNK_SIZE, 2 * CHUNK_SIZE])
@pytest.mark.parametrize("more", [1, TAG_SIZE, TAG_SIZE + 1, SEALED_CHUNK_SIZE])
def test_bytes_appended_after_a_full_last_chunk_are_refused(size, more):
    sealed = bytes(envelope.seal(KEY, CONTEXT, bytes(size))) + bytes(more)
    assert through_the_stream(KEY, CONTEXT, sealed)[1] is not None
    refusal_of(lambda: reader_of(KEY, CONTEXT, sealed).check_end())


def test_swapped_or_repeated_chunks_are_refused_before_they_leave():
    plain = secrets.token_bytes(3 * CHUNK_SIZE)
    sealed = bytes(envelope.seal(KEY, CONTEXT, plain))
    header, end = sealed[:HEADER_SIZE], sealed[HEADER_SIZE + 3 * SEALED_CHUNK_SIZE :]
    first, second, third = (
        sealed[HEADER_SIZE + n * SEALED_CHUNK_SIZE : HEADER_SIZE + (n + 1) * SEALED_CHUNK_SIZE] for n in range(3)
    )
    for forged in (second + first + third, first + first + third, first + third + second):
        message = header + forged + end
        out, refusal = through_the_stream(KEY, CONTEXT, message, SEALED_CHUNK_SIZE)
        assert refusal is not None
        assert plain.startswith(out)
        refusal_of(partial(reader_of(KEY, CONTEXT, message).read, 0, 3 * CHUNK_SIZE))


def test_a_single_flipped_bit_anywhere_is_refused():
    sealed = bytearray(envelope.seal(KEY, CONTEXT, b"an exhibit"))
    for position in range(len(sealed)):
        sealed[position] ^= 1
        with pytest.raises(SealError):
            envelope.open_message(KEY, CONTEXT, bytes(sealed))
        sealed[position] ^= 1
    assert envelope.open_message(KEY, CONTEXT, bytes(sealed)) == b"an exhibit"


def test_another_key_or_context_is_refused_at_the_commitment_before_any_chunk_is_read():
    sealed = bytes(envelope.seal(KEY, CONTEXT, bytes(3 * CHUNK_SIZE)))
    asked: list[int] = []

    def read_at(offset: int, length: int) -> bytes:
        asked.append(offset)
        return sealed[offset : offset + length]

    for key, context in ((bytes(32), CONTEXT), (KEY, b"elsewhere")):
        with pytest.raises(SealError, match="another key"):
            MessageReader(key, context, len(sealed), read_at)
        assert through_the_stream(key, context, sealed) == (
            b"",
            refusal_of(partial(opened, key, context, sealed)),
        )
    assert asked == [0, 0]


def opened(key: bytes, context: bytes, sealed: bytes) -> bytes:
    return envelope.open_message(key, context, sealed)


@pytest.mark.parametrize("size", [0, 16, 31, 33, 64])
def test_a_key_of_another_length_is_refused(size):
    with pytest.raises(SealError, match="32 bytes"):
        envelope.seal(bytes(size), CONTEXT, b"")


def test_the_counter_has_an_end_and_no_nonce_comes_twice():
    cipher = envelope._checked_cipher(KEY, CONTEXT, envelope.seal(KEY, CONTEXT, b"")[:HEADER_SIZE])  # noqa: SLF001 -- 4 PiB can't be sealed here
    with pytest.raises(SealError, match="38"):
        cipher.seal(envelope.MAX_CHUNKS, b"", memoryview(bytearray(TAG_SIZE)))
    with pytest.raises(SealError):
        envelope.plain_size(HEADER_SIZE + envelope.MAX_CHUNKS * SEALED_CHUNK_SIZE + TAG_SIZE)


def test_sealing_the_same_bytes_again_takes_a_fresh_salt():
    sealed = [bytes(envelope.seal(KEY, CONTEXT, b"the same part, sent again")) for _ in range(500)]
    assert len({message[: envelope.SALT_SIZE] for message in sealed}) == 500
    assert len({message[HEADER_SIZE:] for message in sealed}) == 500


TENANT = UUID(int=1)
ITEM = ItemRef(UUID(int=2), UUID(int=3), 4)
SPACE = SpaceRef(UUID(int=2), UUID(int=5))


def test_a_context_is_of_fixed_width_and_names_all_that_may_not_be_swapped():
    other = UUID(int=9)
    segments = {
        contexts.segment_context(TENANT, ITEM, 0, last=False),
        contexts.segment_context(TENANT, ITEM, 0, last=True),
        contexts.segment_context(TENANT, ITEM, 1, last=False),
        contexts.segment_context(other, ITEM, 0, last=False),
        contexts.segment_context(TENANT, ItemRef(other, ITEM.item, 4), 0, last=False),
        contexts.segment_context(TENANT, ItemRef(ITEM.collection, other, 4), 0, last=False),
        contexts.segment_context(TENANT, ItemRef(ITEM.collection, ITEM.item, 5), 0, last=False),
    }
    keys = {
        contexts.data_key_context(TENANT, SPACE, 1, ITEM),
        contexts.data_key_context(TENANT, SPACE, 2, ITEM),
        contexts.data_key_context(other, SPACE, 1, ITEM),
        contexts.data_key_context(TENANT, SpaceRef(SPACE.collection, other), 1, ITEM),
        contexts.data_key_context(TENANT, SPACE, 1, ItemRef(ITEM.collection, other, 4)),
    }
    texts = {
        contexts.text_context(TENANT, SPACE, 1, UUID(int=7)),
        contexts.text_context(TENANT, SPACE, 1, UUID(int=8)),
        contexts.text_context(TENANT, SPACE, 2, UUID(int=7)),
        contexts.text_context(TENANT, SpaceRef(other, SPACE.space), 1, UUID(int=7)),
    }
    assert (len(segments), len(keys), len(texts)) == (7, 5, 4)
    assert {len(each) for each in segments} == {82}
    assert {len(each) for each in keys} == {114}
    assert {len(each) for each in texts} == {90}


def test_a_data_key_wraps_into_104_bytes():
    assert len(envelope.seal(KEY, contexts.data_key_context(TENANT, SPACE, 1, ITEM), bytes(32))) == 104


def test_what_was_sealed_by_the_first_release_still_opens():
    frozen = json.loads(FROZEN.read_text())
    tenant, item = UUID(frozen["tenant"]), ItemRef(UUID(frozen["collection"]), UUID(frozen["item"]), frozen["version"])
    space, label = SpaceRef(item.collection, UUID(frozen["space"])), UUID(frozen["label"])
    frozen_contexts = {
        "segment": contexts.segment_context(tenant, item, 0, last=True),
        "inner segment": contexts.segment_context(tenant, item, 7, last=False),
        "data key": contexts.data_key_context(tenant, space, 3, item),
        "text": contexts.text_context(tenant, space, 3, label),
    }
    for case in frozen["cases"]:
        plain = envelope.open_message(
            bytes.fromhex(frozen["key"]), frozen_contexts[case["context"]], bytes.fromhex(case["sealed"])
        )
        assert plain.hex() == case["plain"], case["name"]
