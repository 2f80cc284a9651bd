"""What goes in and out everywhere: limited texts, amounts, and views turned into answers."""

from typing import Annotated, TypeVar
from uuid import UUID

import msgspec

S = TypeVar("S", bound=msgspec.Struct)

Line = Annotated[str, msgspec.Meta(max_length=2000)]
"""One line. The rules behind each route cut it shorter and say so."""

Text = Annotated[str, msgspec.Meta(max_length=200_000)]
"""Several lines."""

Secret = Annotated[str, msgspec.Meta(max_length=1000)]
"""A password."""

Cents = Annotated[int, msgspec.Meta(ge=0, le=10**14, description="an amount in cents")]


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why; may be empty where no reason is owed."""

    reason: Text = ""


class Made(msgspec.Struct):
    """The id of what was made."""

    id: UUID


def shown(view: object, shape: type[S], **instead: object) -> S:
    """Return a view in the shape that the API answers with: the fields of the shape and no other, digests as hex."""
    given = {name: instead[name] if name in instead else getattr(view, name) for name in shape.__struct_fields__}
    return msgspec.convert(
        {name: value.hex() if isinstance(value, bytes) else value for name, value in given.items()},
        shape,
        from_attributes=True,
    )


def as_typed(cents: int | None) -> str:
    """Return an amount as people type it, which is how the rules read amounts."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"
