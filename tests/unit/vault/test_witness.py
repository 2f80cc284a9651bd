"""Checkpoints out of mails: whatever a mail client did to the text, and never another content."""

import base64
import quopri

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import ProofError
from vault.ledger.checkpoint import NoteKey, check_signature, sign_checkpoint
from vault.ledger.witness import MAX_BYTES, MAX_FOUND, find_checkpoints

SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ORIGIN = "mediation.example.org/entente"
KEY = NoteKey.of(ORIGIN, SIGNER)
NOTE = sign_checkpoint(ORIGIN, 48_213, bytes(range(32)), SIGNER)
TEXT = NOTE.text.decode()
MAIL = f"Bonjour,\n\nDu nouveau vous attend.\n\n-- \nDernier point de contrôle :\n{TEXT}"


def wrapped(text: str, width: int) -> str:
    """Hard-wrapped, as some clients do, in the middle of words too."""
    lines = [line[start : start + width] for line in text.split("\n") for start in range(0, max(len(line), 1), width)]
    return "\n".join(lines)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT.rstrip("\n"),
        MAIL,
        MAIL.replace("\n", "\r\n"),
        MAIL.replace("\n", "\r"),
        "\n".join(f"> {line}" for line in MAIL.split("\n")),
        "\n".join(f">>> {line}" for line in MAIL.split("\n")),
        "\n".join(f"> > | {line}" for line in MAIL.split("\n")),
        "\n".join(f"    {line}   " for line in MAIL.split("\n")),
        TEXT.replace(" ", "\u00a0"),
        TEXT.replace("\u2014", "--"),
        TEXT.replace("\u2014", "\u2013"),
        TEXT.replace("\n", "\n\n"),
        TEXT.replace("\n", " "),
        "\ufeff" + TEXT.replace("=\n", "=\u200b\n"),
        wrapped(TEXT, 72),
        wrapped(TEXT, 50),
        "\n".join(f"> {line}" for line in wrapped(TEXT, 60).split("\n")),
    ],
)
def test_what_mail_clients_do_to_a_checkpoint_is_forgiven(text):
    (found,) = find_checkpoints(text.encode())
    assert found == NOTE
    check_signature(found, KEY)


def test_a_mail_is_read_as_it_was_sent_or_forwarded():
    head = "From: a@example.org\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    plain = head + "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
    printable = plain.encode() + b"quoted-printable\r\n\r\n" + quopri.encodestring(MAIL.encode())
    packed = plain.encode() + b"base64\r\n\r\n" + base64.encodebytes(MAIL.encode())
    html = head + f"Content-Type: text/html; charset=utf-8\r\n\r\n<p>x</p><pre>{TEXT.replace('+', '&#43;')}</pre>"
    pieces = "--B\r\nContent-Type: image/png\r\n\r\nxx\r\n--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    several = f'{head}Content-Type: multipart/mixed; boundary="B"\r\n\r\n{pieces}{MAIL}\r\n--B--\r\n'
    for mail in (printable, packed, html.encode(), several.encode()):
        assert find_checkpoints(mail) == [NOTE]
    assert find_checkpoints(quopri.encodestring(MAIL.encode())) == [NOTE]
    assert find_checkpoints((plain.replace("utf-8", "nobody-knows") + "8bit\r\n\r\nx").encode()) == []


@given(st.sampled_from("ABCDEFghij0189+/=\u2014 \n"), st.integers(0, len(TEXT) - 1))
def test_an_altered_character_is_never_forgiven(other, place):
    text = TEXT[:place] + other + TEXT[place + 1 :]
    for found in find_checkpoints(text.encode()):
        if found != NOTE:
            with pytest.raises(ProofError):
                check_signature(found, KEY)


@pytest.mark.parametrize(
    "text",
    ["", "Bonjour", TEXT.split("\u2014")[0], "\u2014" + TEXT.split("\u2014")[1], TEXT.replace("48213", "048213")],
)
def test_what_is_no_whole_checkpoint_is_not_found(text):
    assert find_checkpoints(text.encode()) == []


def test_each_is_found_once_and_no_more_than_sixteen():
    notes = [sign_checkpoint(ORIGIN, size, bytes(32), SIGNER).text for size in range(1, 30)]
    assert len(find_checkpoints(notes[0] + b"\n" + notes[0] + notes[1])) == 2
    assert len(find_checkpoints(b"\n".join(notes))) == MAX_FOUND
    with pytest.raises(ProofError):
        find_checkpoints(bytes(MAX_BYTES + 1))


@given(st.binary(max_size=2000))
def test_no_bytes_break_the_reader(data):
    assert find_checkpoints(data) == []


@pytest.mark.timeout(20)
def test_hostile_text_costs_little():
    for hostile in ("a 1 " * 60_000, "A" * 250_000, "a 1 " + "A " * 120_000, "> " * 120_000, "<" * 250_000):
        assert find_checkpoints(hostile.encode()) == []
