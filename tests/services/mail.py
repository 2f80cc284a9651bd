"""A mail server that keeps what it is given: STARTTLS, AUTH, and refusals on demand."""

import email
import ipaddress
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from aiosmtpd import smtp
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.services.programs import LOOPBACK, free_port

USER = "entente"
PASSWORD = "une-phrase-de-passe"


@dataclass(frozen=True)
class CaughtMail:
    """One mail as it arrived."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage
    over_tls: bool
    signed_in: bool

    @property
    def text(self) -> str:
        """The plain text part, with line ends as Python writes them."""
        part = self.message.get_body(("plain",))
        return "" if part is None else str(part.get_content()).replace("\r\n", "\n")


@dataclass
class MailCatcher:
    """Where the server listens, whom it trusts, what it caught, and what it shall refuse."""

    port: int
    ca_file: Path  # PEM; set SSL_CERT_FILE to it, and default TLS contexts trust the server
    user: str = USER
    password: str = PASSWORD
    mails: list[CaughtMail] = field(default_factory=list[CaughtMail])
    refusals: dict[str, str] = field(default_factory=dict[str, str])  # recipient → "450 4.2.1 later"
    host: str = "localhost"
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def refuse(self, recipient: str, answer: str = "550 5.1.1 No such mailbox") -> None:
        """Answer so to every mail for this recipient, until `accept`."""
        self.refusals[recipient] = answer

    def accept(self, recipient: str) -> None:
        """Take this recipient's mails again."""
        self.refusals.pop(recipient, None)

    def to(self, recipient: str) -> list[CaughtMail]:
        """What arrived for one address, oldest first."""
        return [mail for mail in self.mails if recipient in mail.recipients]

    def wait_for(self, count: int, seconds: float = 10) -> list[CaughtMail]:
        """All mails, as soon as there are `count`; TimeoutError if they don't come."""
        deadline = time.monotonic() + seconds
        with self._arrived:
            while len(self.mails) < count:
                if not self._arrived.wait(deadline - time.monotonic()):
                    raise TimeoutError(f"{len(self.mails)} of {count} mails in {seconds} s")
            return list(self.mails)

    async def handle_RCPT(  # noqa: N802 -- aiosmtpd's name and arguments
        self, _server: smtp.SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: smtp.SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 -- aiosmtpd's name
        content = envelope.original_content or b""
        mail = CaughtMail(
            sender=envelope.mail_from or "",
            recipients=tuple(envelope.rcpt_tos),
            message=email.message_from_bytes(content, policy=SMTP),
            over_tls=session.ssl is not None,
            signed_in=bool(session.authenticated),
        )
        with self._arrived:
            self.mails.append(mail)
            self._arrived.notify_all()
        return "250 2.0.0 Kept"


@contextmanager
def running_mail_catcher(directory: Path, *, starttls: bool = True, sign_in: bool = True) -> Iterator[MailCatcher]:
    """Serve until the block ends. `starttls`: refuse mail in clear. `sign_in`: refuse mail without AUTH."""
    ca_file, key_file = directory / "mail-ca.pem", directory / "mail-key.pem"
    write_certificate(ca_file, key_file)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(ca_file, key_file)
    catcher = MailCatcher(free_port(), ca_file)

    def authenticate(
        _server: smtp.SMTP, _session: Session, _envelope: Envelope, _mechanism: str, given: LoginPassword
    ) -> AuthResult:
        right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=right, handled=False)

    controller = Controller(
        catcher,
        hostname=LOOPBACK,
        port=catcher.port,
        enable_SMTPUTF8=True,
        tls_context=context if starttls else None,
        require_starttls=starttls,
        auth_required=sign_in,
        auth_require_tls=starttls,
        authenticator=authenticate if sign_in else None,
        data_size_limit=2**20,
    )
    controller.start()
    try:
        yield catcher
    finally:
        controller.stop()


def write_certificate(certificate_file: Path, key_file: Path) -> None:
    """Write a certificate of its own for localhost, good for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail catcher")])
    now = datetime.now(UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address(LOOPBACK))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encryption = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, encryption))
