"""What docs/formats.md tells an outsider to type opens the commitment of a redacted copy."""

import hashlib
import re
import subprocess

import run
from vault import redaction_commitment


def test_the_command_of_the_document_gives_the_commitment():
    salt, original = bytes(range(200, 232)), hashlib.sha256(b"original").digest()
    (line,) = re.findall(r"(?m)^\(printf 'entente-redaction.*$", (run.ROOT / "docs" / "formats.md").read_text("utf-8"))
    typed = line.replace("ORIGINAL_SHA256", original.hex()).replace("SALT", salt.hex())
    done = subprocess.run(["/bin/sh", "-c", typed], check=True, capture_output=True, text=True)  # noqa: S603 -- ours
    assert done.stdout.split()[0] == redaction_commitment(salt, original).hex()
