"""The verdict on bytes of one file: whether it is the one that a proof names; no I/O."""

import hashlib
from typing import Final

from vault.ledger.entry import JSON
from vault.ledger.existence import Existence
from vault.ledger.proofs import Receipt
from vault.ledger.redaction import Redaction
from vault.record.pdfseal import earlier_revision
from vault.record.report import Verdict, fails, holds, in_english, in_french

_FILE_FIELD: Final = "sha256"
_SIZE_FIELD: Final = "size"


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


def judge_revision(proof: Receipt | Existence | Redaction, pdf: bytes) -> Verdict | None:
    """Tell of a PDF that is not the one named how it differs: longer or shorter; None where that is not known."""
    if isinstance(proof, Redaction):
        return None
    named = [proof.sha256.hex()] if isinstance(proof, Existence) else values(proof.event, _FILE_FIELD)
    sizes = [proof.size] if isinstance(proof, Existence) else values(proof.event, _SIZE_FIELD)
    digest, earlier = hashlib.sha256(pdf).hexdigest(), earlier_revision(pdf, named)
    if earlier is not None:
        more = len(pdf) - earlier
        return fails(
            f"the receipt is of this file as it was before {in_english(more, 'byte')} were added at its end: renewed "
            f"time stamps, or a change (it now has SHA-256 {digest})",
            f"le reçu est celui de ce fichier avant que {in_french(more, 'octet')} ne soient ajoutés à sa fin : "
            f"horodatages renouvelés, ou modification (son empreinte SHA-256 est maintenant {digest})",
        )
    if len(sizes) == 1 and isinstance(sizes[0], int) and len(pdf) < sizes[0]:
        return fails(
            f"this file is shorter than the one that the receipt names: {in_english(len(pdf), 'byte')} instead of "
            f"{sizes[0]:,} (it has SHA-256 {digest})",
            f"ce fichier est plus court que celui que nomme le reçu : {in_french(len(pdf), 'octet')} au lieu de "
            f"{in_french(sizes[0], 'octet')} (son empreinte SHA-256 est {digest})",
        )
    return None


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
