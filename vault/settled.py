"""Wait for a task without cancelling it: what a thread has begun can't be called back."""

import asyncio
from typing import TypeVar

_T = TypeVar("_T")


async def settled(task: asyncio.Task[_T]) -> _T:
    """A task's outcome; a cancelled waiter leaves the task (and its thread) to end by itself."""
    await asyncio.wait([task])
    return task.result()
