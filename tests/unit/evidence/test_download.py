"""Headers of files on their way out, and ranges of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.evidence.openings import FileFacts
from web.evidence.download import Slice, disposition, etag_of, headers_of, slice_of, type_of

ETAG = etag_of(bytes(32))


@given(st.text(max_size=300))
def test_no_name_ever_breaks_out_of_its_header(name):
    header = disposition(name)
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith('attachment; filename="')
    assert header.count('"') == 2
    assert header.count(";") == 2


def test_a_name_is_given_exactly_and_in_ascii():
    assert (
        disposition("pièce n° 1.pdf")
        == "attachment; filename=\"piece n 1.pdf\"; filename*=UTF-8''pi%C3%A8ce%20n%C2%B0%201.pdf"
    )
    assert disposition("\u0444.txt") == "attachment; filename=\".txt\"; filename*=UTF-8''%D1%84.txt"


@given(st.integers(0, 10_000), st.integers(0, 20_000), st.integers(0, 20_000))
def test_a_range_is_always_within_the_file(size, first, last):
    piece = slice_of(size, ETAG, f"bytes={first}-{last}", None)
    if piece is None:
        assert first >= size
    else:
        assert 0 <= piece.start <= piece.stop <= size
        assert piece.partial == (first <= last)


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=a-b", "bytes", "bytes=-", "", "bytes=9999999999999999999-"])
def test_what_is_no_single_range_gives_the_whole(asked):
    assert slice_of(10, ETAG, asked, None) == Slice(0, 10, 10, partial=False)


def test_an_empty_file_has_no_range():
    assert slice_of(0, ETAG, "bytes=0-", None) is None
    assert slice_of(0, ETAG, None, None) == Slice(0, 0, 0, partial=False)


@pytest.mark.parametrize(
    ("media_type", "leaves_as"),
    [
        ("application/pdf", "application/pdf"),
        ("image/png", "image/png"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/vnd.microsoft.portable-executable", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_only_plain_types_leave_under_their_name(media_type, leaves_as):
    facts = FileFacts("C-1", "a", 1, bytes(32), media_type)
    assert type_of(facts) == leaves_as
    assert headers_of(facts, Slice(0, 1, 1, partial=False))["Content-Disposition"].startswith("attachment")
