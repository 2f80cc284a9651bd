"""What the key ring asks the database: statements of every reading, made once."""

from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, select

from vault.refs import ItemRef, SpaceRef
from vault.tables import space_keys, wrapped_keys


def rows_of(item: ItemRef) -> tuple[ColumnElement[bool], ...]:
    """Which rows hold an item version's data key, one for each space that it is in."""
    columns = wrapped_keys.c
    return columns.collection == item.collection, columns.item == item.item, columns.version == item.version


def keys_of(space: SpaceRef) -> tuple[ColumnElement[bool], ...]:
    """Which rows hold the versions of a space's key."""
    return space_keys.c.collection == space.collection, space_keys.c.space == space.space


# statements of every reading, made once: making one takes longer than running it
_KEY: Final = select(space_keys).where(
    space_keys.c.collection == bindparam("collection"), space_keys.c.space == bindparam("space")
)
NEWEST_KEY: Final = _KEY.order_by(space_keys.c.key_version.desc()).limit(1)
ONE_KEY: Final = _KEY.where(space_keys.c.key_version == bindparam("version"))
DATA_KEY: Final = (
    select(wrapped_keys.c.wrapped.label("data_key"), space_keys)
    .where(
        wrapped_keys.c.collection == bindparam("collection"),
        wrapped_keys.c.item == bindparam("item"),
        wrapped_keys.c.version == bindparam("version"),
        wrapped_keys.c.space == bindparam("space"),
    )
    .outerjoin(
        space_keys,
        and_(
            space_keys.c.collection == wrapped_keys.c.collection,
            space_keys.c.space == wrapped_keys.c.space,
            space_keys.c.key_version == wrapped_keys.c.key_version,
        ),
    )
)
