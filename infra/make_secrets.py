#!/usr/bin/env python3
"""Make every secret of a new installation, once.

    python3 infra/make_secrets.py infra/secrets

Needs Python's standard library and the openssl program. Refuses to write over anything. Run as root, so that each file
can be given to the one user that reads it: the site (10001), PostgreSQL (999) or SeaweedFS (1000).
"""

import argparse
import base64
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from string import Template
from uuid import uuid4

HERE = Path(__file__).resolve().parent
SITE, POSTGRES, SEAWEEDFS = 10001, 999, 1000


def contents() -> dict[str, tuple[int, str]]:
    """Every secret file: its name, the user that reads it, and what it holds."""
    database, access, secret = secrets.token_urlsafe(32), secrets.token_hex(10), secrets.token_urlsafe(32)
    template = Template((HERE / "seaweedfs-s3.template.json").read_text(encoding="utf-8"))
    return {
        "pgpass": (SITE, f"postgres:5432:entente:entente:{database}\n"),
        "postgres_password": (POSTGRES, database),
        "s3_access_key": (SITE, access),
        "s3_secret_key": (SITE, secret),
        "seaweedfs_s3": (SEAWEEDFS, template.substitute(access_key=access, secret_key=secret)),
        "root_key": (SITE, keyring()),
        "signing_key": (SITE, private_key("ED25519")),
        "token_key": (SITE, private_key("EC", "-pkeyopt", "ec_paramgen_curve:P-256")),
    }


def keyring() -> str:
    """A root keyring file (vault/keys/local.py) with one new key."""
    first = str(uuid4())
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    return json.dumps({"format": "entente-keyring/v1", "current": first, "keys": {first: key}}, indent=2) + "\n"


def private_key(algorithm: str, *options: str) -> str:
    """A new private key, PKCS 8 in PEM."""
    argv = ["openssl", "genpkey", "-algorithm", algorithm, *options]
    return subprocess.run(argv, check=True, capture_output=True, text=True).stdout  # noqa: S603 -- fixed argv


def write(directory: Path) -> None:
    """Write all files, or none where the directory is there already."""
    files = contents()
    directory.mkdir(mode=0o711)  # the containers reach their files through it; nobody else may list it
    for name, (user, content) in files.items():
        descriptor = os.open(directory / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content)
        if os.geteuid() == 0:
            os.chown(directory / name, user, user)
    settings = directory.parent / ".env"
    if not settings.exists():
        settings.write_text(
            f"ENTENTE_CENTRE_ID={uuid4()}\n"
            "ENTENTE_CENTRE_NAME=Centre de médiation\n"
            "ENTENTE_PUBLIC_URL=https://mediation.example.org\n"
            "ENTENTE_HOST=mediation.example.org\n",
            encoding="utf-8",
        )


def main() -> None:
    """Read the command line and write."""
    parser = argparse.ArgumentParser(description="Make every secret of a new installation, once.")
    parser.add_argument("directory", type=Path, help="a directory that does not exist yet, for example infra/secrets")
    directory = parser.parse_args().directory
    try:
        write(directory)
    except FileExistsError:
        sys.exit(f"{directory} exists already: its keys open what is stored, so nothing was written over")
    print(f"Keep a copy of {directory} away from this machine: without root_key nothing stored can be read again.")  # noqa: T201 -- a program
    if os.geteuid() != 0:
        print(f"Not run as root: give each file in {directory} to its reader (see infra/README.md).")  # noqa: T201 -- a program


if __name__ == "__main__":
    main()
