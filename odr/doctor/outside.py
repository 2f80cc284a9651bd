"""What stands outside: the scanner, the mail, the time authorities, the key that signs."""

import asyncio
import os
import smtplib
import ssl
from datetime import timedelta
from typing import Final

from odr.doctor.finding import CLOCK_TOLERANCE, PROBE, Finding, State, late
from odr.evidence.scanning import ScannerAwayError, ask_engine
from odr.platform import Platform
from odr.settings import FolderMail, SmtpMail
from odr.words import _, day
from vault import TimeAuthority, TimeStampError, VaultError, check_token, request_stamp

MAIL_SECONDS: Final = 15
RENEWAL: Final = timedelta(days=60)


async def check_scanner(platform: Platform) -> list[Finding]:
    """Ask clamd for its engine."""
    clamd = platform.settings.clamd
    if clamd is None:
        return []
    name = _("Virus scan")
    try:
        engine = await ask_engine(clamd)
    except ScannerAwayError as error:
        words = _("clamd does not answer. Check ENTENTE_CLAMD; files are kept and scanned once it does.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    return [Finding(name, State.OK, _("clamd answers: %(engine)s.", engine=engine))]


async def check_mail(platform: Platform) -> list[Finding]:
    """Try whether mails can leave."""
    mail = platform.settings.mail
    name = _("Mail")
    try:
        if isinstance(mail, FolderMail):
            await asyncio.to_thread(_try_folder, mail)
            return [Finding(name, State.OK, _("The folder can be written to."))]
        await asyncio.to_thread(_try_smtp, mail)
    except smtplib.SMTPAuthenticationError:
        words = _("The server refuses the name or the password. Check ENTENTE_MAIL and ENTENTE_MAIL_PASSWORD_FILE.")
        return [Finding(name, State.FAIL, words)]
    except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
        words = _("No mail can leave. Check ENTENTE_MAIL: the server's name, its port, its certificate.")
        return [Finding(name, State.FAIL, words, type(error).__name__)]
    return [Finding(name, State.OK, _("The server answers and takes our mail."))]


def _try_folder(mail: FolderMail) -> None:
    mail.path.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = mail.path / f".doctor-{os.getpid()}"
    probe.write_bytes(PROBE)
    probe.unlink()


def _try_smtp(mail: SmtpMail) -> None:
    with smtplib.SMTP(mail.host, mail.port, timeout=MAIL_SECONDS) as server:
        if mail.starttls:
            server.starttls(context=ssl.create_default_context())
        if mail.user is not None:
            server.login(mail.user, mail.password or "")
        server.noop()


async def check_times(platform: Platform) -> list[Finding]:
    """Have a probe stamped by every authority, and compare our clock with each."""
    authorities = platform.vault.ledger.authorities
    if not authorities:
        words = _("None is configured: records say “no independent time stamp”. See ENTENTE_TIME_AUTHORITIES.")
        return [Finding(_("Time authorities"), State.NONE, words)]
    return [await _time(platform, authority) for authority in authorities]


async def _time(platform: Platform, authority: TimeAuthority) -> Finding:
    name = _("Time authority %(name)s", name=authority.name)
    message = b"entente doctor " + os.urandom(16).hex().encode()
    try:
        token = await asyncio.to_thread(request_stamp, message, authority)
        facts = check_token(token, message, [authority.root()], policy=authority.policy_oid)
    except TimeStampError as error:
        words = _("It gives no time stamp that holds. Check its address, its root certificate and its policy.")
        return Finding(name, State.FAIL, words, str(error))
    if abs(platform.clock() - facts.time) > CLOCK_TOLERANCE:
        return Finding(name, State.FAIL, late(facts.time - platform.clock()))
    if facts.until < platform.clock() + RENEWAL:
        words = _(
            "Its certificate ends on %(day)s. Time stamps are renewed by later ones: before that day it needs a new"
            " certificate, or the installation another authority.",
            day=day(facts.until),
        )
        return Finding(name, State.WARN, words)
    return Finding(name, State.OK, _("It stamped a probe; our clock agrees with it."))


async def check_register(platform: Platform) -> list[Finding]:
    """Have a probe signed, as a checkpoint would be, and show the key that verifies it."""
    name = _("Register")
    try:
        key = await asyncio.to_thread(platform.vault.ledger.try_signer)
    except VaultError as error:
        words = _("The key that signs the register does not answer or refuses. Check ENTENTE_SIGNING_KEY.")
        return [Finding(name, State.FAIL, words, str(error))]
    words = _("Publish this key, so that others can verify with it (entente verify --key):")
    return [Finding(name, State.OK, words, key.text)]
