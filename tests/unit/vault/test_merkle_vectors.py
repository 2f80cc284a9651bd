"""The tree against the public transparency vectors, where they are at hand."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from vault.errors import ProofError
from vault.ledger import merkle

ROOT = Path(__file__).parents[3]
VECTORS = Path(os.environ.get("ENTENTE_VECTORS", ROOT.parent / "shared" / "vectors")) / "rfc6962"
STRICTER = "sizes-are-equal-one-and-proof-is-empty.json"
"""This one takes roots of 12 bytes for granted; we take none but SHA-256 hashes."""


def cases(kind: str) -> list[Any]:
    found = sorted((VECTORS / kind).rglob("*.json"))
    if not found:
        return [pytest.param(None, marks=pytest.mark.skip(reason=f"no rfc6962 {kind} vectors (ENTENTE_VECTORS)"))]
    return [pytest.param(path, id=path.relative_to(VECTORS).as_posix()) for path in found]


def decoded(value: str | None) -> bytes:
    return base64.b64decode(value or "")


@pytest.mark.parametrize("path", cases("inclusion"))
def test_an_inclusion_vector_is_judged_as_published(path: Path):
    case = json.loads(path.read_text())
    proof = [decoded(step) for step in case["proof"] or []]
    held = True
    try:
        merkle.check_inclusion(
            case["leafIdx"], case["treeSize"], decoded(case["leafHash"]), proof, decoded(case["root"])
        )
    except ProofError:
        held = False
    assert held is not case["wantErr"]


@pytest.mark.parametrize("path", cases("consistency"))
def test_a_consistency_vector_is_judged_as_published(path: Path):
    case = json.loads(path.read_text())
    proof = [decoded(step) for step in case["proof"] or []]
    held = True
    try:
        merkle.check_consistency(case["size1"], case["size2"], proof, decoded(case["root1"]), decoded(case["root2"]))
    except ProofError:
        held = False
    assert held is not (case["wantErr"] or path.name == STRICTER)
