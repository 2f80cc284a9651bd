"""The demo's own time authority, on loopback: it is not independent, and every place that shows its time says so."""

import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from vault import serve_demo_authority


@contextmanager
def running_demo_authority(directory: Path) -> Generator[Path]:
    """Run the authority whose keys lie in ``directory`` (made there at the first start) until the context ends.

    Yields the file that ``ENTENTE_TIME_AUTHORITIES`` names.
    """
    with serve_demo_authority(directory) as authority:
        listed = directory / "authorities.json"
        entry = {
            "name": authority.name,
            "url": authority.url,
            "root_certificate": "root.pem",
            "policy": authority.policy_oid,
            "independent": authority.independent,
        }
        listed.write_text(json.dumps([entry], indent=2), encoding="utf-8")
        yield listed
