"""A real site for browsers: `entente serve` as its own program on loopback, with its worker and its mail folder."""

import asyncio
import email
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from email.policy import default
from pathlib import Path
from time import monotonic
from urllib.request import urlopen

from odr.first_start import make_environment
from tests.services.programs import LOOPBACK, free_port, running_program
from vault.authority import make_authority, serve

CENTRE_NAME = "Quai Saint-Corentin"  # a name that is in no language
PATIENCE = 30.0  # seconds that a mail or a sealing may take on a busy machine
CODE = re.compile(r"\b\d{3}\u00a0\d{3}\b")
LINK = re.compile(r"http://127\.0\.0\.1:\d+/\S+")


@dataclass
class Site:
    """Where it listens, what it stands on, and the mails it has sent."""

    url: str
    directory: Path
    environment: Mapping[str, str]
    read: set[Path] = field(default_factory=set[Path])  # mails that somebody opened already
    known_failures: int = 0
    starts: int = 0
    serving: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Serve, until it is stopped."""
        self.starts += 1
        everywhere = {**self.environment, "PYTHONPATH": str(Path(__file__).parents[2])}
        self.serving.enter_context(
            running_program(
                [sys.executable, "-m", "web.cli", "serve", "--port", self.url.rpartition(":")[2]],
                log=self.directory / f"site-{self.starts}.log",
                ready=lambda: _answers(self.url),
                env=everywhere,
            )
        )

    def stop(self) -> None:
        """End the server as a machine that goes down does."""
        self.serving.close()

    def command(self, *words: str) -> str:
        """Run `entente WORDS` beside the site; return what it says, raise with its complaint when it fails."""
        done = subprocess.run(  # noqa: S603 -- fixed argv
            [sys.executable, "-m", "web.cli", *words],
            env={**os.environ, **self.environment},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, f"entente {words[0]} ended with {done.returncode}: {done.stderr[-2000:]}"
        return done.stdout.strip()

    def first_person(self, address: str, name: str, role: str) -> str:
        """The path of a link by which the centre's first person comes in, as an operator makes it."""
        link = self.command("create-person", address, name, "--role", role)
        return link.removeprefix(self.url)

    def failures(self) -> list[str]:
        """What broke on the server's or the worker's side since this was last asked."""
        lines = [line for log in sorted(self.directory.glob("*.log")) for line in log.read_text().splitlines()]
        broken = [line for line in lines if '"level":"error"' in line.replace('": "', '":"')]
        fresh, self.known_failures = broken[self.known_failures :], len(broken)
        return fresh

    def mails(self) -> list[tuple[Path, str, str, str]]:
        """Every mail sent: its file, the address, the subject, the text."""
        found = []
        for path in sorted(self.directory.joinpath("mail").glob("*.eml")):
            message = email.message_from_bytes(path.read_bytes(), policy=default)
            body = message.get_body(("plain",))
            text = str(body.get_content()) if body else ""
            found.append((path, str(message["To"]), str(message["Subject"]), text))
        return found

    async def open_mail(self, address: str, *, about: str) -> str:
        """Wait for an unread mail to `address` whose link begins with `about`, and return that link's path."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for path, recipient, _subject, text in self.mails():
                links = [str(link).removeprefix(self.url) for link in LINK.findall(text)]
                if path not in self.read and recipient == address and links and links[0].startswith(about):
                    self.read.add(path)
                    return links[0]
            await asyncio.sleep(0.05)
        raise AssertionError(f"no mail with a link to {about} came to {address} within {PATIENCE:.0f} s")

    async def read_code(self, address: str) -> str:
        """Wait for an unread mail to `address` with a code that proves it, and return the code."""
        deadline = monotonic() + PATIENCE
        while monotonic() < deadline:
            for path, recipient, _subject, text in self.mails():
                found = CODE.search(text)
                if path not in self.read and recipient == address and found:
                    self.read.add(path)
                    return found.group()
            await asyncio.sleep(0.05)
        raise AssertionError(f"no code came to {address} within {PATIENCE:.0f} s")


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=2) as answer:  # noqa: S310 -- our own loopback address
            return bool(answer.status == 200)
    except OSError:
        return False


@contextmanager
def running_site(
    directory: Path,
    changes: Mapping[str, str] | None = None,
    *,
    worker_apart: bool = False,
) -> Iterator[Site]:
    """Migrate a database, start a time authority and the site (and a worker of its own), until the block ends."""
    port = free_port()
    url = f"http://{LOOPBACK}:{port}"
    environment = {
        **make_environment(directory, public_url=url, centre_name=CENTRE_NAME),
        "ENTENTE_CHECKPOINT_SECONDS": "2",
        "ENTENTE_UPLOAD_LIMIT": str(64 * 1024 * 1024),
        "ENTENTE_WORKER": "apart" if worker_apart else "inside",
        "LC_ALL": "C.UTF-8",
        **(changes or {}),
    }
    with ExitStack() as stack:
        authority = stack.enter_context(serve(directory / "authority"))
        pinned = directory / "authority" / "pinned.pem"
        pinned.write_bytes(make_authority(directory / "authority").root_pem)
        entry = {"name": authority.name, "url": authority.url, "root_certificate": str(pinned), "independent": False}
        listed = directory / "time-authorities.json"
        listed.write_text(json.dumps([{**entry, "policy": authority.policy_oid}]))
        environment["ENTENTE_TIME_AUTHORITIES"] = str(listed)
        site = Site(url, directory, environment)
        site.command("migrate")
        entente = [sys.executable, "-m", "web.cli"]
        everywhere = {**environment, "PYTHONPATH": str(Path(__file__).parents[2])}
        if worker_apart:
            log = directory / "worker.log"
            ready = log.exists
            stack.enter_context(running_program([*entente, "worker"], log=log, ready=ready, env=everywhere))
        stack.callback(site.stop)
        site.start()
        yield site
