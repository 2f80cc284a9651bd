"""Checkpoints as people hand them in: found in whatever their mail client made of them, yet strict on content; no I/O.

Quote marks, wrapped lines, other spaces and dashes are forgiven, since all white space of a checkpoint can be put back
in one way only. What is found is written anew, and nothing is believed before its signature holds over those bytes.
"""

import quopri
import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from html import unescape
from typing import Final

from vault.errors import ProofError
from vault.ledger.checkpoint import Checkpoint, read_checkpoint

MAX_BYTES: Final = 256 * 1024
"""Of what is handed in: a long mail thread."""
MAX_FOUND: Final = 16
_INVISIBLE: Final = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_QUOTED: Final = re.compile(r"(?m)^[ \t]*(?:[>|][ \t]*)+")
_DASH: Final = "(?:\N{EM DASH}|\N{EN DASH}|\N{HORIZONTAL BAR}|--?)"
_NOTE: Final = re.compile(
    r"(?<!\S)([^\s+]{1,255})\s+([0-9]{1,19})\s+((?:[A-Za-z0-9+/]\s*){43}=)\s*"
    + _DASH
    + r"\s*\1\s+((?:[A-Za-z0-9+/]\s*){91}=)"
)


def find_checkpoints(data: bytes) -> list[Checkpoint]:
    """Every checkpoint that stands in a text or a mail, each once, at most 16.

    **No signature is verified here.** Raises ProofError beyond 256 KiB.
    """
    if len(data) > MAX_BYTES:
        raise ProofError("more was handed in than a mail is long")
    found: dict[bytes, Checkpoint] = {}
    for text in _texts(data):
        plain = _QUOTED.sub("", _INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")))
        for match in _NOTE.finditer(plain):
            origin, size, root, signature = (re.sub(r"\s+", "", part) for part in match.groups())
            note = f"{origin}\n{size}\n{root}\n\n\N{EM DASH} {origin} {signature}\n".encode()
            try:
                found.setdefault(note, read_checkpoint(note))
            except ProofError:
                continue
            if len(found) == MAX_FOUND:
                return list(found.values())
    return list(found.values())


def _texts(data: bytes) -> list[str]:
    """What a person sees of it: the text parts of a mail, or the text itself."""
    mail = message_from_bytes(data, policy=default)
    if "Content-Type" in mail:
        return [text for part in mail.walk() if (text := _part(part))]
    text = data.decode("utf-8", "replace")
    if "=E2=80=94" in text:  # the source of a mail, quoted-printable
        text = quopri.decodestring(data).decode("utf-8", "replace")
    return [text]


def _part(part: EmailMessage) -> str:
    kind = part.get_content_type()
    if kind not in {"text/plain", "text/html"}:
        return ""
    try:
        content = str(part.get_content())
    except (LookupError, ValueError):  # a character set that nobody knows
        return ""
    return unescape(re.sub(r"<[^>]{0,4096}>", " ", content)) if kind == "text/html" else content
