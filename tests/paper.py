"""Reading documents in tests: their words, and what is attached to them."""

import io
import re

import pikepdf
import pypdfium2


def pages(pdf: bytes) -> list[str]:
    """The words of each page, on one line."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [re.sub(r"\s+", " ", page.get_textpage().get_text_range()) for page in document]
    finally:
        document.close()


def words(pdf: bytes) -> str:
    """All its words, on one line."""
    return " ".join(pages(pdf))


def attached(pdf: bytes, name: str) -> bytes:
    """A file attached to it; no bytes where there is none of that name."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = document.attachments.get(name)
        return b"" if found is None else found.get_file().read_bytes()
