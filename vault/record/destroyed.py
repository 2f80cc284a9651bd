"""A certificate of destruction given by itself: its receipt and what it states are both inside; no I/O."""

import hashlib
from typing import Final

from vault.errors import ProofError
from vault.ledger.proofs import Receipt
from vault.record.named import values
from vault.record.paper import destruction_on_paper, proof_on_paper
from vault.record.report import Verdict, fails, holds, not_claimed

_EVENT: Final = "Destroyed"


def certificate_of(pdf: bytes) -> tuple[Receipt, Verdict] | None:
    """Return a certificate's receipt and the verdict on what it states; None of any other PDF."""
    try:
        receipt = Receipt.from_json(proof_on_paper(pdf))
    except ProofError:
        return None
    return (receipt, _judge(receipt, destruction_on_paper(pdf))) if receipt.event.get("event") == _EVENT else None


def _judge(receipt: Receipt, stated: bytes | None) -> Verdict:
    if stated is None:
        return not_claimed(
            "this is a certificate of destruction; to check what it states, give destruction.json with it",
            "ceci est un certificat de destruction ; pour vérifier ce qu'il déclare, donnez avec lui destruction.json",
        )
    digest = hashlib.sha256(stated).hexdigest()
    if digest not in values(receipt.event, "sha256"):
        return fails(
            f"this is a certificate of destruction, but what is attached to it is not what was recorded (it has "
            f"SHA-256 {digest})",
            f"ceci est un certificat de destruction, mais ce qui y est joint n'est pas ce qui a été inscrit "
            f"(empreinte SHA-256 {digest})",
        )
    return holds(
        f"this is a certificate of destruction: the statement attached to it is the one recorded (SHA-256 {digest})",
        f"ceci est un certificat de destruction : la déclaration qui y est jointe est celle qui a été inscrite "
        f"(empreinte SHA-256 {digest})",
    )
