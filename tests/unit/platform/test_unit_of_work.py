"""What a unit of work asks twice, and what it does not."""

from typing import Any, cast

import pytest

from odr.unit_of_work import UnitOfWork


def unit(answers: dict[tuple[object, ...], Any] | None) -> UnitOfWork:
    nothing = cast("Any", None)
    return UnitOfWork(nothing, nothing, nothing, nothing, answers)


async def test_a_unit_that_only_reads_asks_the_same_once_and_one_that_writes_every_time():
    asked: list[str] = []

    async def ask() -> str:
        asked.append("asked")
        return f"answer {len(asked)}"

    reading, writing = unit({}), unit(None)
    assert [await reading.once(("who", 1), ask) for _ in range(3)] == ["answer 1"] * 3
    assert await reading.once(("who", 2), ask) == "answer 2"
    assert [await writing.once(("who", 1), ask) for _ in range(2)] == ["answer 3", "answer 4"]


async def test_a_question_that_failed_is_asked_again():
    async def away() -> str:
        raise ConnectionError

    async def back() -> str:
        return "here"

    reading = unit({})
    with pytest.raises(ConnectionError):
        await reading.once(("who",), away)
    assert await reading.once(("who",), back) == "here"
