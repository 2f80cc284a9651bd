"""The mails that a test's platform wrote to its folder, and the links in them."""

import email
import re
from email.message import EmailMessage
from email.policy import default

from odr.bootstrap import Platform
from odr.settings import FolderMail
from odr.worker import Worker


async def mails(platform: Platform, to: str = "") -> list[EmailMessage]:
    """Do every due job, then give the mails, oldest first."""
    await Worker(platform).drain()
    mail = platform.settings.mail
    assert isinstance(mail, FolderMail)
    files = sorted(mail.path.glob("*.eml")) if mail.path.is_dir() else []
    found = [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]
    return [message for message in found if not to or message["To"] == to]


def text_of(message: EmailMessage) -> str:
    """The plain text part."""
    part = message.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


async def code_to(platform: Platform, address: str) -> str:
    """The newest code that was mailed to an address."""
    codes = [
        code
        for message in await mails(platform, address)
        for code in re.findall(r"\b\d{3}\xa0\d{3}\b", text_of(message))
    ]
    newest: str = codes[-1]
    return newest


async def link_to(platform: Platform, address: str) -> str:
    """The token of the newest link that was mailed to an address."""
    tokens = [
        token
        for message in await mails(platform, address)
        for token in re.findall(r"/invitation/(\S+)", text_of(message))
    ]
    newest: str = tokens[-1]
    return newest
