"""What a process that holds keys forbids itself: core dumps, and other processes of its user that look into it."""

import ctypes
import resource
import sys
from typing import Final

_PR_SET_DUMPABLE: Final = 4


def leave_no_dumps() -> None:
    """Forbid core dumps, and (Linux) debuggers and ``/proc/PID/mem`` of other processes of the same user.

    Children that a process starts afterwards inherit the limit.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
