"""The front page, the language switch, how proofs work, health."""

from typing import Any, Final

from web.home.operations import show_operations, try_again
from web.home.routes import about_proof, front, health, switch_language, verifier
from web.home.seals import about_seal, send_seal

handlers: Final[tuple[Any, ...]] = (
    front,
    switch_language,
    about_proof,
    about_seal,
    send_seal,
    verifier,
    health,
    show_operations,
    try_again,
)
