"""The Ed25519 key that signs the platform log's checkpoints: PEM (PKCS #8) in a file of mode 0600."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from vault.errors import ConfigurationError
from vault.keys.files import create_secret, read_secret


def load_signing_key(path: Path, *, create: bool = False) -> Ed25519PrivateKey:
    """Read the signing key, made first if asked and missing. Raises ConfigurationError."""
    if create and not path.exists():
        made = Ed25519PrivateKey.generate()
        create_secret(path, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        key = load_pem_private_key(read_secret(path), password=None)
    except (ValueError, TypeError):
        raise ConfigurationError(f"{path} is no Ed25519 private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(f"{path} is no Ed25519 private key in PEM")
    return key
