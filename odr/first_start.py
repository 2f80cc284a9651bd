"""What a demo, a test or a first try makes for itself: a directory with its own secrets, and the settings over it."""

from pathlib import Path
from uuid import UUID, uuid4

from vault import create_keys


def make_environment(directory: Path, *, public_url: str, centre_name: str) -> dict[str, str]:
    """Make missing secrets in ``directory`` (mode 0700) and return the ``ENTENTE_*`` variables that use them.

    A second start finds the same secrets and the same centre id. Never meant for production: there, an operator
    places each secret where it belongs.
    """
    secrets = directory / "secrets"
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    root, signing, token = secrets / "root.key", secrets / "checkpoint.pem", secrets / "token.pem"
    create_keys(root=root, signing=signing, token=token)
    centre = directory / "centre-id"
    if not centre.exists():
        centre.write_text(str(uuid4()), encoding="ascii")
    return {
        "ENTENTE_PUBLIC_URL": public_url,
        "ENTENTE_DATA_DIR": str(directory),
        "ENTENTE_CENTRE_ID": str(UUID(centre.read_text(encoding="ascii"))),
        "ENTENTE_CENTRE_NAME": centre_name,
        "ENTENTE_KEY_ROOT": f"file:{root}",
        "ENTENTE_SIGNING_KEY": str(signing),
        "ENTENTE_TOKEN_KEY": str(token),
        "ENTENTE_STORE": f"files:{directory / 'store'}",
        "ENTENTE_MAIL": f"folder:{directory / 'mail'}",
        "ENTENTE_MAIL_FROM": "mediation@centre.example",
    }
