"""Settings: one frozen object from ``ENTENTE_*`` variables, checked whole before anything starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from odr import variables
from odr.errors import SettingsError
from odr.vault_settings import (
    existing_file,
    read_authorities,
    read_former_roots,
    read_key_root,
    read_signing_key,
    read_store,
)
from vault import VaultConfig

GIB: Final = 1024**3


@dataclass(frozen=True, slots=True)
class FolderMail:
    """Mails are written to a folder, one file each (the demo)."""

    path: Path


@dataclass(frozen=True, slots=True)
class SmtpMail:
    """Mails leave through an SMTP server."""

    host: str
    port: int
    user: str | None
    password: str | None
    starttls: bool


@dataclass(frozen=True, slots=True)
class Scrubbing:
    """How fast stored objects are read again, and how often all of them are."""

    mib_per_second: int
    whole_every: timedelta


@dataclass(frozen=True, slots=True)
class UnixClamd:
    """clamd at a unix socket."""

    path: str


@dataclass(frozen=True, slots=True)
class TcpClamd:
    """clamd at a host and port. Its protocol knows no encryption: for this machine or a network of one's own."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that an operator chooses. Made by :func:`read_settings`; ``repr`` never shows a secret.

    ``root_rotation_days`` and ``space_rotation_days``: after how many days keys are rotated by themselves, 0 for never.
    ``database_schema``: the one schema of PostgreSQL to stay in (see ``odr/scratch.py``); no variable sets it.
    """

    public_url: str
    data_dir: Path
    database_url: str
    centre_name: str
    vault: VaultConfig
    token_key: Path
    mail: FolderMail | SmtpMail
    mail_from: str
    upload_limit: int
    upload_days: int
    root_rotation_days: int
    space_rotation_days: int
    record_term: timedelta
    scrub: Scrubbing
    clamd: UnixClamd | TcpClamd | None
    worker_inside: bool
    demo: bool
    database_schema: str | None = None

    def __repr__(self) -> str:
        """Name the place only: URLs of databases and mail servers hold secrets."""
        return f"Settings(public_url={self.public_url!r}, data_dir={str(self.data_dir)!r})"

    @property
    def centre_id(self) -> UUID:
        """The centre's id: the tenant of every encryption context."""
        return self.vault.tenant

    @property
    def is_https(self) -> bool:
        """Whether people reach the site over TLS; plain HTTP is for loopback only."""
        return self.public_url.startswith("https://")


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Read and check all settings; raises :class:`SettingsError` with one line for each problem."""
    reader = variables.Variables(environ)
    public_url = reader.get("PUBLIC_URL", variables.public_url, "https://mediation.example.org")
    data_dir = reader.get("DATA_DIR", variables.directory, "/var/lib/entente")
    database_url = reader.get(
        "DATABASE_URL",
        variables.database_url,
        "postgresql://entente@db/entente",
        f"sqlite:///{data_dir / 'entente.sqlite3'}" if data_dir else None,
    )
    centre_id = reader.get("CENTRE_ID", UUID, "0b8c5c1e-6b0a-4f0e-9c58-0f3f6a3c2a11")
    centre_name = reader.get("CENTRE_NAME", variables.short_text, "Centre de médiation de l'Exemple")
    root = reader.get("KEY_ROOT", read_key_root(reader.environ), "file:/etc/entente/root.key")
    former = reader.get("FORMER_KEY_ROOTS", read_former_roots(reader.environ), "file:/etc/entente/old.key", "none")
    store = reader.get("STORE", read_store(reader.environ, reader.secret), "files:/var/lib/entente/store")
    replica = reader.get(
        "REPLICA",
        variables.or_none(read_store(reader.environ, reader.secret, "REPLICA_")),
        "s3://second/prefix",
        "none",
    )
    scrub_speed = reader.get("SCRUB_MIB_PER_SECOND", variables.positive, "8", "8")
    scrub_days = reader.get("SCRUB_DAYS", variables.positive, "30", "30")
    signing_key = reader.get("SIGNING_KEY", read_signing_key(reader.environ), "/etc/entente/checkpoint.pem")
    pdf_seal = reader.get(
        "PDF_SEAL",
        variables.absolute,
        "/etc/entente/pdf-seal.pem",
        str(data_dir / "pdf-seal.pem") if data_dir else None,
    )
    token_key = reader.get("TOKEN_KEY", existing_file, "/etc/entente/token.pem")
    authorities = reader.get("TIME_AUTHORITIES", read_authorities, "/etc/entente/time-authorities.json", "none")
    mail = reader.get("MAIL", _mail(reader), "smtp://entente@mail.example.org:587?starttls=1")
    mail_from = reader.get("MAIL_FROM", variables.address, "mediation@example.org")
    upload_limit = reader.get("UPLOAD_LIMIT", variables.positive, str(5 * GIB), str(5 * GIB))
    upload_days = reader.get("UPLOAD_DAYS", variables.positive, "7", "7")
    clamd = reader.get("CLAMD", read_clamd, "unix:/run/clamav/clamd.ctl", "none")
    cadence = reader.get("CHECKPOINT_SECONDS", variables.positive, "60", "60")
    root_days = reader.get("ROOT_ROTATION_DAYS", variables.days, "365", "0")
    space_days = reader.get("SPACE_ROTATION_DAYS", variables.days, "365", "0")
    record_years = reader.get("RECORD_YEARS", variables.positive, "10", "10")
    worker = reader.get("WORKER", variables.one_of("inside", "apart"), "apart", "inside")
    demo = reader.get("DEMO", variables.one_of("yes", "no"), "no", "no")
    if reader.problems:
        raise SettingsError(reader.problems)
    if not (
        public_url
        and data_dir
        and database_url
        and centre_id
        and centre_name
        and root
        and store
        and signing_key
        and pdf_seal
        and token_key
        and authorities is not None
        and mail
        and mail_from
        and upload_limit
        and upload_days
        and cadence
        and former is not None
        and root_days is not None
        and space_days is not None
        and record_years
        and scrub_speed
        and scrub_days
    ):  # pragma: no cover -- every absence above has left a problem; this tells the type checker so
        raise SettingsError(["a setting is missing"])
    return Settings(
        public_url=public_url,
        data_dir=data_dir,
        database_url=database_url,
        centre_name=centre_name,
        vault=VaultConfig(
            tenant=centre_id,
            root=root,
            store=store,
            signing_key=signing_key,
            origin=f"{urlsplit(public_url).netloc}/entente",
            cadence_seconds=cadence,
            authorities=authorities,
            former_roots=former,
            replica=replica,
            pdf_seal=pdf_seal,
            holder=centre_name,
            local=data_dir / "uploads",
        ),
        root_rotation_days=root_days,
        space_rotation_days=space_days,
        token_key=token_key,
        mail=mail,
        mail_from=mail_from,
        upload_limit=upload_limit,
        upload_days=upload_days,
        scrub=Scrubbing(scrub_speed, timedelta(days=scrub_days)),
        record_term=timedelta(days=record_years * 365 + (record_years + 3) // 4),
        clamd=clamd,
        worker_inside=worker == "inside",
        demo=demo == "yes",
    )


def read_clamd(text: str) -> UnixClamd | TcpClamd | None:
    """Read ``ENTENTE_CLAMD``: ``unix:/path``, ``tcp:host:port`` or ``none``. Raises ValueError."""
    kind, _, rest = text.partition(":")
    if text == "none":
        return None
    if kind == "unix" and rest.startswith("/"):
        return UnixClamd(rest)
    host, _, port = rest.rpartition(":")
    if kind == "tcp" and host and port.isascii() and port.isdecimal() and 0 < int(port) < 1 << 16:
        return TcpClamd(host.strip("[]"), int(port))
    raise ValueError("must be unix:/path, tcp:host:port or none")


def _mail(reader: variables.Variables) -> Callable[[str], FolderMail | SmtpMail]:
    def parse(text: str) -> FolderMail | SmtpMail:
        if text.startswith("folder:"):
            return FolderMail(Path(text.removeprefix("folder:")))
        parts = urlsplit(text)
        if parts.scheme != "smtp" or not parts.hostname:
            raise ValueError("must be smtp://host:port or folder:/path")
        if parts.password:
            raise ValueError("must hold no password: give it in the file that ENTENTE_MAIL_PASSWORD_FILE names")
        return SmtpMail(
            host=parts.hostname,
            port=parts.port or 587,
            user=unquote(parts.username) if parts.username else None,
            password=reader.secret("MAIL_PASSWORD"),
            starttls=parse_qs(parts.query).get("starttls", ["1"]) == ["1"],
        )

    return parse
