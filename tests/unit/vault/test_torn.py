"""A message sealed step by step is the message that is sealed at one go; a torn one opens as far as it is authentic."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault import envelope
from vault.envelope import CHUNK_SIZE, HEADER_SIZE, SEALED_CHUNK_SIZE
from vault.keys.secret import Secret
from vault.torn import Stepwise, open_torn

KEY = Secret(secrets.token_bytes(32))
CONTEXT = b"here"
PLAIN = secrets.token_bytes(3 * CHUNK_SIZE + 5)


@given(st.lists(st.integers(0, 3), max_size=4).map(sorted))
def test_steps_make_the_message_that_opens_to_all_of_it(steps: list[int]) -> None:
    into, done = bytearray(envelope.sealed_size(len(PLAIN))), 0
    sealing = Stepwise(KEY, CONTEXT, memoryview(into))
    for step in steps:
        sealing.update(PLAIN[done : step * CHUNK_SIZE])
        done = step * CHUNK_SIZE
    sealing.update(PLAIN[done:])
    assert sealing.finish() == len(into)
    assert envelope.open_message(KEY, CONTEXT, into) == PLAIN


@given(st.integers(0, envelope.sealed_size(len(PLAIN))))
def test_what_was_cut_opens_to_its_whole_chunks(size: int) -> None:
    sealed = bytes(envelope.seal(KEY, CONTEXT, PLAIN))[:size]
    whole = max(0, size - HEADER_SIZE) // SEALED_CHUNK_SIZE
    assert open_torn(KEY, CONTEXT, sealed) == PLAIN[: whole * CHUNK_SIZE]


@pytest.mark.parametrize("chunk", [0, 1, 2])
def test_nothing_from_an_altered_chunk_on_is_opened(chunk: int) -> None:
    sealed = bytearray(envelope.seal(KEY, CONTEXT, PLAIN))
    sealed[HEADER_SIZE + chunk * SEALED_CHUNK_SIZE + 9] ^= 1
    assert open_torn(KEY, CONTEXT, sealed) == PLAIN[: chunk * CHUNK_SIZE]


def test_what_was_sealed_for_another_place_or_with_another_key_opens_to_nothing() -> None:
    sealed = envelope.seal(KEY, CONTEXT, PLAIN)
    assert open_torn(KEY, b"there", sealed) == b""
    assert open_torn(Secret(secrets.token_bytes(32)), CONTEXT, sealed) == b""
    assert open_torn(KEY, CONTEXT, b"") == b""
