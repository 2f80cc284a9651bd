"""The whole application over a test's platform: its routes are made once a process, its state is each platform's own.

Making the routes takes a quarter of a second of processor time, more than most tests; nothing in them depends on the
platform but whether it is a demo.
"""

import copy
from typing import Any

from litestar import Litestar

from odr.bootstrap import Platform
from web.app import build_litestar, guard, state_of

_made: dict[bool, Litestar] = {}


def inner_application(platform: Platform) -> Litestar:
    """What :func:`web.app.build_litestar` returns. Whoever wants its lifespan must build one instead."""
    demo = platform.settings.demo
    if demo not in _made:
        _made[demo] = build_litestar(platform)
    own = copy.copy(_made[demo])
    own.state = state_of(platform)
    return own


def application(platform: Platform) -> Any:
    """What :func:`web.app.build_app` returns; httpx and Litestar spell ASGI apart."""
    return guard(inner_application(platform), platform.settings)
