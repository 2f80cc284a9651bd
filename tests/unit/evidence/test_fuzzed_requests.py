"""What a browser sends besides files: forms in parts, ranges, tus headers; only the documented refusals leave."""

from collections.abc import AsyncIterator

from hypothesis import given
from hypothesis import strategies as st

from odr.errors import UploadRefusedError
from tests.fuzzing import mutated
from web.evidence.download import slice_of
from web.evidence.multipart import FormStream, boundary_of
from web.evidence.tus import read_metadata

FORM = (
    b'--b0undary\r\nContent-Disposition: form-data; name="title"\r\n\r\nContrat\r\n'
    b'--b0undary\r\nContent-Disposition: form-data; name="file"; filename="c.pdf"\r\n\r\n%PDF-1.7\r\n--b0undary--\r\n'
)
RANGE = b"bytes=10-99"
METADATA = b"name Y29udHJhdC5wZGY=,title Q29udHJhdA==,again"


async def pieces(body: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@given(st.one_of(mutated(FORM), st.binary(max_size=300)), st.integers(1, 60))
async def test_a_form_is_read_or_refused_however_it_is_cut(body: bytes, size: int):
    form = FormStream(pieces(body, size), b"b0undary")
    try:
        async for part in form.parts():
            assert isinstance(part.name, str)
            assert isinstance(await form.text(), str)
    except UploadRefusedError:
        return


@given(st.one_of(mutated(b'multipart/form-data; boundary="b0undary"'), st.binary(max_size=80)))
def test_a_content_type_names_a_boundary_or_is_refused(data: bytes):
    try:
        assert 0 < len(boundary_of(data.decode("latin-1"))) <= 70
    except UploadRefusedError:
        return


@given(
    st.one_of(mutated(RANGE), st.binary(max_size=40)), st.integers(0, 1 << 50), st.sampled_from([None, '"tag"', "x"])
)
def test_a_range_gives_bytes_of_the_file_or_is_unsatisfiable(data: bytes, size: int, condition: str | None):
    piece = slice_of(size, '"tag"', data.decode("latin-1"), condition)
    if piece is not None:
        assert 0 <= piece.start <= piece.stop <= size


@given(st.one_of(mutated(METADATA), st.binary(max_size=80)))
def test_the_metadata_of_an_upload_are_read_or_refused(data: bytes):
    try:
        found = read_metadata(data.decode("latin-1"))
    except UploadRefusedError:
        return
    assert all("," not in name for name in found)
