"""What a sealed thing is sealed for: of fixed width, rebuilt by the reader, never read from storage; no I/O."""

from uuid import UUID

from vault.refs import ItemRef, SpaceRef


def segment_context(tenant: UUID, item: ItemRef, segment: int, *, last: bool) -> bytes:
    """What one segment is sealed for: rebuilt by the reader, never stored. Segments count from 0."""
    return b"".join(
        (
            b"entente-vault/segment/v1\0",
            tenant.bytes,
            item.collection.bytes,
            item.item.bytes,
            item.version.to_bytes(4, "big"),
            segment.to_bytes(4, "big"),
            last.to_bytes(1, "big"),
        )
    )


def data_key_context(tenant: UUID, space: SpaceRef, key_version: int, item: ItemRef) -> bytes:
    """What a data key is wrapped for: this item version, in this space, under this version of the space's key."""
    return b"".join(
        (
            b"entente-vault/data-key/v1\0",
            tenant.bytes,
            space.collection.bytes,
            space.space.bytes,
            key_version.to_bytes(4, "big"),
            item.collection.bytes,
            item.item.bytes,
            item.version.to_bytes(4, "big"),
        )
    )


def text_context(tenant: UUID, space: SpaceRef, key_version: int, label: UUID) -> bytes:
    """What a text kept in a database is sealed for: its space, and the row its label names."""
    return b"".join(
        (
            b"entente-vault/text/v1\0",
            tenant.bytes,
            space.collection.bytes,
            space.space.bytes,
            key_version.to_bytes(4, "big"),
            label.bytes,
        )
    )
