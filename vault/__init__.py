"""The vault's only door: holds bytes and proofs, knows no dispute and no HTTP.

Its names live in ``vault.face`` and are fetched on first use, so that the offline verifier (``python -m vault.verify``)
needs neither a database nor a cloud library. Add a name there. What the verifier imports must not say
``from vault import …``: that alone fetches everything.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault.face import *  # noqa: F403 -- exactly the face's names, for type checkers


def __getattr__(name: str) -> object:
    """Fetch all of the face's names at once, so that none is ever hidden by a module of the same name."""
    if name.startswith("_"):
        raise AttributeError(name)
    face = import_module("vault.face")
    exported: list[str] = getattr(face, "__all__", [])  # empty while the face is still being imported
    globals().update({each: getattr(face, each) for each in exported})
    if name not in exported:
        raise AttributeError(f"the vault exports no {name}")
    return globals()[name]
