"""Filing, qualifying, inviting, answering; a dispute's page."""

from typing import Any, Final

handlers: Final[tuple[Any, ...]] = ()
