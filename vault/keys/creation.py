"""Make the secret files of a first start; what is there already stays."""

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from vault.keys.files import create_secret
from vault.keys.local import LocalRootKey
from vault.keys.signing import load_signing_key


def create_keys(*, root: Path, signing: Path, token: Path) -> None:
    """Make a keyring, an Ed25519 key for checkpoints and a P-256 key for bearer tokens, where they are missing.

    Raises ConfigurationError where a file cannot be written, or is open to others.
    """
    LocalRootKey.load(root, create=True)
    load_signing_key(signing, create=True)
    made = ec.generate_private_key(ec.SECP256R1())
    create_secret(token, made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
