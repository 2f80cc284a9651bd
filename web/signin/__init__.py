"""Signing in and out, invitations, the account."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
