"""OpenBao: a real `bao`, in memory, over TLS with an authority of its own."""

import re
import secrets
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.services.programs import LOOPBACK, find_program, free_port, running_program


@dataclass(frozen=True)
class BaoServer:
    """Where it listens, whom to trust, and its administrator's token."""

    url: str
    ca_file: Path
    root_token: str
    unseal_key: str

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """Do something as the administrator."""
        trust = ssl.create_default_context(cafile=str(self.ca_file))
        with httpx.Client(verify=trust, trust_env=False, timeout=10) as client:
            answer = client.request(
                method, f"{self.url}/v1/{path}", json=body, headers={"X-Vault-Token": self.root_token}
            )
        answer.raise_for_status()
        found: dict[str, Any] = answer.json() if answer.content else {}
        return found

    def new_mount(self) -> str:
        """A transit engine of its own."""
        mount = f"transit-{secrets.token_hex(4)}"
        self.call("POST", f"sys/mounts/{mount}", {"type": "transit"})
        return mount

    def new_key(self, mount: str, **facts: Any) -> str:
        """A key in it; the address by which the vault knows it."""
        name = f"key-{secrets.token_hex(4)}"
        self.call("POST", f"{mount}/keys/{name}", facts or {"derived": True})
        return f"{self.url}/{mount}/{name}"

    def new_token(self, policy: str) -> str:
        """A token that may do what the policy says, and nothing else."""
        name = f"policy-{secrets.token_hex(4)}"
        self.call("PUT", f"sys/policies/acl/{name}", {"policy": policy})
        answer = self.call("POST", "auth/token/create", {"policies": [name], "no_default_policy": True})
        token: str = answer["auth"]["client_token"]
        return token

    def seal(self) -> None:
        """Forget the master key until it is unsealed."""
        self.call("PUT", "sys/seal")

    def unseal(self) -> None:
        """Answer again."""
        self.call("PUT", "sys/unseal", {"key": self.unseal_key})


@contextmanager
def running_openbao(directory: Path) -> Iterator[BaoServer]:
    """Start a server in memory."""
    port, token, log = free_port(), secrets.token_hex(16), directory / "bao.log"
    argv = [
        find_program("bao"),
        "server",
        "-dev-tls",
        f"-dev-tls-cert-dir={directory}",
        f"-dev-root-token-id={token}",
        f"-dev-listen-address={LOOPBACK}:{port}",
        "-dev-no-store-token",
    ]

    def unseal_key() -> str:
        found = re.search(r"Unseal Key: (\S+)", log.read_text(errors="replace"))
        return found[1] if found else ""

    env = {"HOME": str(directory)}
    with running_program(argv, log=log, env=env, ready=lambda: bool(unseal_key())):
        yield BaoServer(f"https://{LOOPBACK}:{port}", directory / "vault-ca.pem", token, unseal_key())
