"""Unwrapped keys in memory: few, for minutes, zeroed when they leave."""

import pytest

from vault.keys.cache import KeyCache


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(clock):
    return KeyCache(lifetime=60, capacity=2, clock=clock)


def held_buffer(cache: KeyCache, name: bytes) -> bytearray:
    return cache._held[name][1]  # noqa: SLF001 -- only the buffer itself can show that it was zeroed


def test_a_key_is_held_for_its_lifetime_and_zeroed_after(cache, clock):
    cache.put(b"a", b"\x11" * 32)
    buffer = held_buffer(cache, b"a")
    clock.now = 59.9
    assert b"a" in cache
    clock.now = 60.0
    assert b"a" not in cache
    assert buffer == bytes(32)


def test_the_oldest_key_is_zeroed_where_there_is_no_room(cache):
    cache.put(b"a", b"\x11" * 32)
    oldest = held_buffer(cache, b"a")
    cache.put(b"b", b"\x22" * 32)
    cache.put(b"c", b"\x33" * 32)
    assert (b"a" in cache, b"b" in cache, b"c" in cache) == (False, True, True)
    assert oldest == bytes(32)


def test_a_key_put_again_replaces_and_zeroes_the_first(cache):
    cache.put(b"a", b"\x11" * 32)
    first = held_buffer(cache, b"a")
    cache.put(b"a", b"\x22" * 32)
    assert first == bytes(32)
    with cache.lent(b"a") as key:
        assert key == b"\x22" * 32


def test_an_eviction_does_not_pull_the_key_from_under_its_user(cache):
    cache.put(b"a", b"\x11" * 32)
    with cache.lent(b"a") as key:
        cache.clear()
        assert key == b"\x11" * 32
    assert key == bytes(32)
    assert b"a" not in cache


def test_a_loan_is_zeroed_although_its_user_failed(cache):
    cache.put(b"a", b"\x11" * 32)
    with pytest.raises(ZeroDivisionError), cache.lent(b"a") as key:
        raise ZeroDivisionError
    assert key == bytes(32)
