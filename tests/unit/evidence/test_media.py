"""What a file is by its first bytes, and whether its name says so."""

import pytest

from odr.evidence.media import is_text, media_type_of, name_agrees

ZIP = b"PK\x03\x04" + bytes(60)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60)
EXE = b"MZ\x90\x00" + bytes(60)


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (EXE, "application/vnd.microsoft.portable-executable"),
        (b"\x7fELF\x02" + bytes(60), "application/x-elf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(30), "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(30), "image/jpeg"),
        (ZIP, "application/zip"),
        (OLE, "application/x-ole-storage"),
        (b"Bonjour, MZ n'est pas un programme", "text/plain"),
        (b"MZ est le d\xc3\xa9but d'un texte", "text/plain"),
        ("accentué en latin-1, et assez long pour le dire".encode("latin-1"), "text/plain"),
        (b"\xff\xfeB\x00o\x00", "text/plain"),
        (b"From: a@example.org\r\nTo: b@example.org\r\n\r\nBonjour", "message/rfc822"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "text/calendar"),
        (b"<html><body>", "text/html"),
        (b"\x00\x01\x02\x03\xfe" * 9, ""),
    ],
)
def test_the_content_says_what_it_is(head, media_type):
    assert media_type_of(head) == media_type


def test_a_character_cut_in_two_at_the_end_of_the_first_bytes_is_still_text():
    assert is_text(("é" * 50).encode()[:-1])
    assert not is_text(b"\xc3" * 50 + b"\x00")
    assert not is_text(b"\xe9\xe9\xe9a")
    assert not is_text(b"")


@pytest.mark.parametrize(
    ("name", "head", "agrees"),
    [
        ("facture.pdf", b"%PDF-1.4", True),
        ("facture.pdf", EXE, False),
        ("facture.pdf", b"texte", False),
        ("facture.pdf", b"\x00\x01", False),
        ("plan.xlsx", ZIP, True),
        ("plan.xls", OLE, True),
        ("plan.docx", OLE, False),
        ("setup.exe", EXE, True),
        ("notes.txt", EXE, False),
        ("notes.txt", b"bonjour", True),
        ("notes.csv", b"\x00\x01\x02\x03", False),
        ("courriel.eml", b"From: a@example.org\r\n\r\n", True),
        ("sans-extension", b"bonjour", True),
        ("inconnu.xyz", b"\x00\x01", True),
    ],
)
def test_a_name_that_promises_something_else_is_noticed(name, head, agrees):
    assert name_agrees(name, media_type_of(head)) is agrees
