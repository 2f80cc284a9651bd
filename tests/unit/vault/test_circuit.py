"""A store that hangs is not waited for where another copy can be read, and that is remembered for a minute."""

import threading
import time

import pytest

from vault.errors import ObjectMissingError, StoreUnavailableError
from vault.stores.circuit import Circuit

PLACE = ("key", "version", 0, 5)


class Store:
    """Answers, hangs or is away, as it is told; counts who asks."""

    def __init__(self) -> None:
        self.asked = 0
        self.hangs = self.away = False
        self.released = threading.Event()

    def read(self, _key: str, _version: str, _offset: int, length: int) -> bytes:
        self.asked += 1
        if self.hangs:
            self.released.wait(10)
        if self.away:
            raise StoreUnavailableError("away")
        if length < 0:
            raise ObjectMissingError("nothing")
        return b"x" * length


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store():
    made = Store()
    yield made
    made.released.set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_store_that_answers_is_read(store, clock):
    circuit = Circuit(store, clock=clock)
    assert [circuit.read(*PLACE) for _ in range(3)] == [b"xxxxx"] * 3
    assert store.asked == 3


def test_a_store_that_hangs_is_given_up_within_the_bound_and_not_asked_again_for_a_minute(store, clock):
    circuit = Circuit(store, bound=0.05, clock=clock)
    store.hangs = True
    started = time.monotonic()
    with pytest.raises(StoreUnavailableError, match="in time"):
        circuit.read(*PLACE)
    assert time.monotonic() - started < 2
    for seconds in (0, 30, 29):
        clock.now += seconds
        with pytest.raises(StoreUnavailableError, match="a moment ago"):
            circuit.read(*PLACE)
    assert store.asked == 1


def test_after_a_minute_one_reader_tries_again_and_all_follow_once_it_answers(store, clock):
    circuit = Circuit(store, bound=0.05, clock=clock)
    store.away = True
    with pytest.raises(StoreUnavailableError, match="away"):
        circuit.read(*PLACE)
    store.away = False
    clock.now += 61
    assert circuit.read(*PLACE) == b"xxxxx"
    assert circuit.read(*PLACE) == b"xxxxx"
    assert store.asked == 3


def test_while_one_tries_again_the_others_do_not_wait(store, clock):
    circuit = Circuit(store, bound=5, clock=clock)
    store.away = True
    with pytest.raises(StoreUnavailableError):
        circuit.read(*PLACE)
    store.away, store.hangs = False, True
    clock.now += 61
    trying = threading.Thread(target=circuit.read, args=PLACE)
    trying.start()
    while store.asked < 2:
        time.sleep(0.001)
    with pytest.raises(StoreUnavailableError, match="a moment ago"):
        circuit.read(*PLACE)
    store.released.set()
    trying.join()
    assert circuit.read(*PLACE) == b"xxxxx"


def test_what_is_not_there_says_nothing_of_the_store(store, clock):
    circuit = Circuit(store, clock=clock)
    with pytest.raises(ObjectMissingError):
        circuit.read("key", "version", 0, -1)
    assert circuit.read(*PLACE) == b"xxxxx"
