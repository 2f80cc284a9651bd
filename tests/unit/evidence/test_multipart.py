"""Forms read as they arrive: in whatever pieces, the same parts come out; bad ones are refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.errors import UploadRefusedError
from web.evidence.multipart import FIELD_SIZE, FormStream, body_of, boundary_of

BOUNDARY = b"b0undary"


def part(name: str, content: bytes, file_name: str | None = None) -> bytes:
    head = f'--{BOUNDARY.decode()}\r\nContent-Disposition: form-data; name="{name}"'
    if file_name is not None:
        head += f'; filename="{file_name}"\r\nContent-Type: text/plain'
    return head.encode() + b"\r\n\r\n" + content + b"\r\n"


END = b"--" + BOUNDARY + b"--\r\n"


async def in_pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def read(body: bytes, size: int = 65536) -> list[tuple[str, str | None, bytes]]:
    form = FormStream(in_pieces(body, size), BOUNDARY)
    found = []
    async for each in form.parts():
        content = bytearray()
        async for piece in form.data():
            content += piece
        found.append((each.name, each.file_name, bytes(content)))
    return found


@given(
    st.lists(st.tuples(st.sampled_from(["csrf_token", "title", "file"]), st.binary(max_size=200)), max_size=6),
    st.integers(1, 40),
)
async def test_however_it_is_cut_the_same_parts_come_out(fields, size):
    fields = [(name, content) for name, content in fields if BOUNDARY not in content]
    body = b"".join(part(name, content, "f" if name == "file" else None) for name, content in fields) + END
    if not fields:
        return
    assert await read(body, size) == [(name, "f" if name == "file" else None, content) for name, content in fields]


async def test_what_was_not_read_of_a_part_is_passed_over():
    form = FormStream(in_pieces(part("a", b"x" * 5000) + part("b", b"y") + END, 100), BOUNDARY)
    names = [each.name async for each in form.parts()]
    assert names == ["a", "b"]


async def test_quotes_and_new_lines_of_a_name_come_back():
    ((_, name, _),) = await read(part("file", b"x", "l%22avis%0D%0A.txt") + END)
    assert name == 'l"avis\r\n.txt'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "cut_off"),
        (part("a", b"x"), "cut_off"),
        (part("a", b"x")[:-2], "cut_off"),
        (b"no form at all", "unreadable_upload"),
        (b"--b0undary\r\nContent-Disposition: attachment\r\n\r\nx\r\n" + END, "unreadable_upload"),
        (b"--b0undary\r\nX: y\r\n\r\nx\r\n" + END, "unreadable_upload"),
        (b"--b0undary\r\nX: " + b"y" * 9000 + b"\r\n\r\nx\r\n" + END, "unreadable_upload"),
        (b"--b0undary\r\n" + b"X: y\r\n" * 30 + b"\r\nx\r\n" + END, "unreadable_upload"),
        (part("a", b"") * 65 + END, "too_many_fields"),
    ],
)
async def test_bad_forms_are_refused(body, code):
    with pytest.raises(UploadRefusedError) as refused:
        await read(body)
    assert refused.value.code == code


async def test_a_field_has_a_limit():
    form = FormStream(in_pieces(part("a", b"x" * (FIELD_SIZE + 1)) + END, 4096), BOUNDARY)
    await anext(form.parts())
    with pytest.raises(UploadRefusedError) as refused:
        await form.text()
    assert refused.value.code == "field_too_large"


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=a",
     "multipart/form-data; boundary=" + "a" * 71],
)  # fmt: skip
def test_without_a_boundary_it_is_no_form(content_type):
    with pytest.raises(UploadRefusedError):
        boundary_of(content_type)


def test_a_boundary_is_read_quoted_or_not():
    assert boundary_of("multipart/form-data; boundary=abc") == b"abc"
    assert boundary_of('Multipart/Form-Data; charset=utf-8; boundary="a b"') == b"a b"


async def test_a_sender_who_stands_still_is_let_go(monkeypatch):
    monkeypatch.setattr("web.evidence.multipart.STALL_SECONDS", 0.01)

    async def receive():
        await asyncio.sleep(10)

    with pytest.raises(UploadRefusedError) as refused:
        async for _ in body_of(receive):
            pass
    assert refused.value.code == "cut_off"
