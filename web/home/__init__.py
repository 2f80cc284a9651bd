"""The front page, the language switch, how proofs work, health."""

from typing import Any, Final

from web.home.operations import show_operations, try_again
from web.home.routes import about_proof, front, health, switch_language, verifier

handlers: Final[tuple[Any, ...]] = (
    front,
    switch_language,
    about_proof,
    verifier,
    health,
    show_operations,
    try_again,
)
