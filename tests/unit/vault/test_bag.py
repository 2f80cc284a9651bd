"""The bag and its ZIP, as streams: sizes told beforehand, names that cannot climb or collide."""

import hashlib
import io
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault.errors import RecordError
from vault.record import archive, headers
from vault.record.archive import Archive, Source, archive_size, source_from_bytes
from vault.record.bag import Bag, encode_path, manifest
from vault.record.names import PathSet, check_path, safe_name

NOW = datetime(2026, 11, 22, 12, 0, 6, tzinfo=UTC)


async def gathered(stream) -> bytes:
    return b"".join([chunk async for chunk in stream])


async def zipped(sources) -> bytes:
    made = Archive(NOW)
    data = b""
    for source in sources:
        data += await gathered(made.add(source))
    return data + made.close()


def bag(payload, tags=(), late=lambda _payload: ()) -> Bag:
    return Bag("ENT-1", NOW, payload, list(tags), late, [("External-Identifier", "ENT-1")])


FILES = [source_from_bytes("data/evidence/C-1 été.txt", b"un"), source_from_bytes("data/empty", b"")]


async def test_the_zip_reads_back_and_has_the_length_told_beforehand():
    data = await zipped(FILES)
    assert len(data) == archive_size([(source.path, source.size) for source in FILES])
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert read.namelist() == ["data/evidence/C-1 été.txt", "data/empty"]
        assert read.read("data/evidence/C-1 été.txt") == b"un"
        assert read.infolist()[0].date_time == (2026, 11, 22, 12, 0, 6)


async def test_the_zip_is_byte_for_byte_what_it_was_when_the_first_records_were_sealed():
    """Both verifiers refuse a ZIP that is otherwise: whoever changes the writer shuts every record sealed before."""
    files = [
        source_from_bytes("B-1/bagit.txt", b"BagIt-Version: 1.0\n"),
        source_from_bytes("B-1/data/evidence/C-1 courriels d'été.eml", bytes(range(256)) * 9),
        source_from_bytes("B-1/empty", b""),
    ]
    made = Archive(datetime(2026, 11, 25, 14, 30, 59, tzinfo=UTC))
    data = b"".join([piece for source in files for piece in [chunk async for chunk in made.add(source)]]) + made.close()
    assert hashlib.sha256(data).hexdigest() == "19c62a05cd5be10cd8028a52089c2ab2fcf9328dda3fe3e8067622afb94f9578"


async def test_beyond_four_gigabytes_the_zip_turns_to_zip64(monkeypatch):
    """The same code with a smaller limit: every wide field appears, and Python still reads it."""
    sources = [source_from_bytes("a", b"x" * 100), source_from_bytes("b", b"y"), source_from_bytes("c", b"z" * 200)]
    plain = await zipped(sources)
    for module in (archive, headers):
        monkeypatch.setattr(module, "MAX32", 64)
    assert archive_size([(source.path, source.size) for source in sources]) > len(plain)
    monkeypatch.undo()
    wide = archive_size([("a", 5 * 2**30), ("b", 1)])
    # two wide headers, one wide offset, a wide descriptor, and the ZIP64 end of the directory
    assert wide == 5 * 2**30 + archive_size([("a", 0), ("b", 1)]) + 20 + 8 + 20 + 12 + 76


async def test_a_source_of_another_size_than_declared_is_refused():
    async def chunks():
        yield b"four"

    for size in (3, 5):
        with pytest.raises(RecordError):
            await zipped([Source("a", size, chunks)])


async def test_dates_a_zip_cannot_bear_are_refused():
    with pytest.raises(RecordError):
        await gathered(Archive(datetime(1979, 1, 1, tzinfo=UTC)).add(FILES[0]))


async def test_the_same_bag_is_the_same_bytes():
    assert await gathered(bag(FILES).stream()) == await gathered(bag(FILES).stream())


async def test_every_file_is_in_a_manifest_and_the_seal_is_the_last_one_s_digest():
    made = bag(
        FILES,
        [source_from_bytes("proof/a.txt", b"a")],
        lambda payload: [source_from_bytes("metadata/n", b"%d" % len(payload))],
    )
    assert made.seal is None
    with zipfile.ZipFile(io.BytesIO(await gathered(made.stream()))) as read:
        names = {name.removeprefix("ENT-1/") for name in read.namelist()}
        lists = [read.read(f"ENT-1/{name}").decode() for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt")]
        listed = {line.split("  ", 1)[1] for text in lists for line in text.splitlines()}
        assert names - listed == {"tagmanifest-sha256.txt"}
        assert read.read("ENT-1/metadata/n") == b"2"
        assert b"Payload-Oxum: 2.2" in read.read("ENT-1/bag-info.txt")
        assert made.seal == hashlib.sha256(read.read("ENT-1/tagmanifest-sha256.txt")).digest()


HOSTILE = ["", "/etc/passwd", "../x", "data/../../x", "a//b", "a/./b", "a/", "a\\b"]
HOSTILE += ["a\nb", "a\0b", "a\u2028b", "a\ud800b", "x" * 256, "a/" * 600 + "b"]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_path_that_climbs_or_hides_is_refused(path):
    with pytest.raises(RecordError):
        check_path(path)
    with pytest.raises(RecordError):
        bag([source_from_bytes(f"data/{path}", b"")])


@pytest.mark.parametrize("path", ["C:/x", "c:x", "~/x", "~root/x"])
def test_a_path_that_is_absolute_on_some_system_is_refused(path):
    with pytest.raises(RecordError):
        check_path(path)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a", "a"),
        ("a", "A"),
        ("é", "e\u0301"),
        ("straße", "STRASSE"),
        ("ﬁle", "file"),
        ("a", "a/b"),
        ("a/b", "A"),
        ("K", "K"),
    ],
)
def test_names_equal_on_some_system_are_refused(one, other):
    paths = PathSet()
    paths.add(one)
    with pytest.raises(RecordError):
        paths.add(other)
    with pytest.raises(RecordError):
        bag([source_from_bytes(f"data/{one}", b""), source_from_bytes(f"data/{other}", b"")])


def test_payload_and_tags_stay_on_their_sides():
    with pytest.raises(RecordError):
        bag([source_from_bytes("evidence/a", b"")])
    with pytest.raises(RecordError):
        bag([], [source_from_bytes("data/a", b"")])
    with pytest.raises(RecordError):
        bag([], [source_from_bytes("BagIt.txt", b"")])
    with pytest.raises(RecordError):
        Bag("a/b", NOW, [], [], lambda _: (), [])


async def test_late_tags_are_checked_too():
    with pytest.raises(RecordError):
        await gathered(bag(FILES, [], lambda _: [source_from_bytes("../a", b"")]).stream())


@pytest.mark.parametrize("line", [("A", "b\nc"), ("A", "b\rc"), ("A:B", "c")])
async def test_a_line_of_bag_info_cannot_break_in_two(line):
    with pytest.raises(RecordError):
        await gathered(Bag("ENT-1", NOW, [], [], lambda _: (), [line]).stream())


def test_manifests_are_sorted_and_encoded():
    assert encode_path("50%\r\n") == "50%25%0D%0A"
    assert manifest([]) == b""


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("contrat.pdf", "contrat.pdf"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("CON", "file-CON"),
        ("nul.txt", "file-nul.txt"),
        ("50 %.txt", "50 _.txt"),
        ("", "file"),
        ("...", "file"),
        (" a. ", "a"),
        ("e\u0301.txt", "é.txt"),
    ],
)
def test_a_file_name_is_made_safe_and_stays_close(name, safe):
    assert safe_name(name) == safe


@given(st.text(max_size=400))
def test_whatever_the_name_it_becomes_one_that_every_system_takes(name):
    safe = safe_name(name)
    check_path(f"data/evidence/{safe}")
    assert len(safe.encode()) <= 120
    assert safe_name(safe) == safe
