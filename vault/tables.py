"""The vault's own tables: items, segments and wrapped keys. No foreign key leaves the vault."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Uuid,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# Times are integer milliseconds since the epoch, sizes are bytes, digests are SHA-256 (32 bytes).

items: Final = Table(
    "vault_items",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", LargeBinary(32), nullable=False),
    Column("sealed_size", BigInteger, nullable=False),
    Column("segments", Integer, nullable=False),
    Column("object_key", String(200), nullable=False, unique=True),
    Column("object_version", String(1024), nullable=False),
    Column("kept_at", BigInteger, nullable=False),
    Column("held", Boolean(create_constraint=False), nullable=False),
    Column("destroyed_at", BigInteger),
)

segments: Final = Table(
    "vault_segments",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("sealed_size", Integer, nullable=False),
    Column("sealed_sha256", LargeBinary(32), nullable=False),
    ForeignKeyConstraint(
        ["collection", "item", "version"],
        ["vault_items.collection", "vault_items.item", "vault_items.version"],
    ),
)

wrapped_keys: Final = Table(
    "vault_wrapped_keys",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("item", Uuid, primary_key=True),
    Column("version", BigInteger, primary_key=True, autoincrement=False),
    Column("space", Uuid, primary_key=True),
    Column("key_version", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["collection", "item", "version"],
        ["vault_items.collection", "vault_items.item", "vault_items.version"],
    ),
)

space_keys: Final = Table(
    "vault_space_keys",
    metadata,
    Column("collection", Uuid, primary_key=True),
    Column("space", Uuid, primary_key=True),
    Column("key_version", BigInteger, primary_key=True, autoincrement=False),
    Column("root", String(2048), nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)

rotations: Final = Table(
    "vault_rotations",
    metadata,
    Column("kind", String(20), primary_key=True),
    Column("begun_at", BigInteger, nullable=False),
    Column("total", BigInteger, nullable=False),
)

uploads: Final = Table(
    "vault_uploads",
    metadata,
    Column("upload", Uuid, primary_key=True),
    Column("collection", Uuid, nullable=False),
    Column("item", Uuid, nullable=False),
    Column("version", BigInteger, nullable=False),
    Column("space", Uuid, nullable=False),
    Column("key_version", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("object_key", String(200), nullable=False, unique=True),
    Column("store_upload", String(1024), nullable=False),  # "" until the first byte
    Column("size", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("fence", BigInteger, nullable=False),
    Column("lease_until", BigInteger, nullable=False),
    Column("holder", String(120), nullable=False),  # the mark of the process whose lease it is
    Column("lifetime", BigInteger, nullable=False),
    Column("expires_at", BigInteger, nullable=False, index=True),
    Column("object_version", String(1024)),  # once the object is complete
    Column("sha256", LargeBinary(32)),  # once all bytes were hashed
)

upload_segments: Final = Table(
    "vault_upload_segments",
    metadata,
    Column("upload", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("sealed_size", Integer, nullable=False),
    Column("sealed_sha256", LargeBinary(32), nullable=False),
    Column("tag", String(1024), nullable=False),
    ForeignKeyConstraint(["upload"], ["vault_uploads.upload"]),
)
