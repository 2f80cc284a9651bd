"""The verdict on bytes of one file: whether it is the one that a proof names; no I/O."""

from typing import Final

from vault.ledger.entry import JSON
from vault.ledger.existence import Existence
from vault.ledger.proofs import Receipt
from vault.ledger.redaction import Redaction
from vault.record.report import Verdict, fails, holds

_FILE_FIELD: Final = "sha256"


def judge_file(proof: Receipt | Existence | Redaction, sha256: bytes, size: int) -> Verdict:
    """Tell whether a file with this digest and size is the one that the proof names."""
    digest = sha256.hex()
    if isinstance(proof, Redaction):
        return _judge_redaction(proof, digest)
    if isinstance(proof, Existence):
        named = (proof.sha256, proof.size) == (sha256, size)
    else:
        named = digest in values(proof.event, _FILE_FIELD)
    if not named:
        return _other(digest)
    return holds(
        f"the file is the one that the receipt names (SHA-256 {digest})",
        f"le fichier est celui que nomme le reçu (SHA-256 {digest})",
    )


def _judge_redaction(proof: Redaction, digest: str) -> Verdict:
    """Of a redacted copy and its original either may be handed in."""
    original = proof.original_sha256.hex()
    if digest == proof.copy_sha256:
        return holds(
            f"the file is the redacted copy (SHA-256 {digest}) of the original with SHA-256 {original}",
            f"le fichier est la copie caviardée (SHA-256 {digest}) de l'original d'empreinte SHA-256 {original}",
        )
    if digest == original:
        return holds(
            f"the file is the original (SHA-256 {digest}) of the redacted copy with SHA-256 {proof.copy_sha256}",
            f"le fichier est l'original (SHA-256 {digest}) de la copie caviardée d'empreinte SHA-256 "
            f"{proof.copy_sha256}",
        )
    return _other(digest)


def _other(digest: str) -> Verdict:
    return fails(
        f"the receipt is of another file (this one has SHA-256 {digest})",
        f"le reçu est celui d'un autre fichier (celui-ci a l'empreinte SHA-256 {digest})",
    )


def values(value: JSON, name: str) -> list[JSON]:
    """Every value that stands under ``name``, at any depth of an event."""
    found: list[JSON] = []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += [inner] if key == name else values(inner, name)
    elif isinstance(value, list):
        for inner in value:
            found += values(inner, name)
    return found
