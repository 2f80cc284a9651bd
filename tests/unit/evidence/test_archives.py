import io
import stat
import struct
import zlib
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZipFile, ZipInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.errors import UploadRefusedError
from odr.evidence import archives
from odr.evidence.archives import Doubt, LeftOut, Listing, list_archive, read_entry

LIMIT = 100 * 1024 * 1024


def zipped(*files: tuple[str | ZipInfo, bytes], how: int = ZIP_DEFLATED) -> bytearray:
    held = io.BytesIO()
    with ZipFile(held, "w", how) as archive:
        for name, content in files:
            if isinstance(name, ZipInfo):
                name.compress_type = how
            archive.writestr(name, content)
    return bytearray(held.getvalue())


def listed(data: bytes | bytearray, limit: int = LIMIT) -> Listing:
    return list_archive(io.BytesIO(data), limit=limit)


def read(data: bytes | bytearray, index: int = 0) -> bytes:
    return b"".join(read_entry(io.BytesIO(data), index, limit=LIMIT))


def refusal(data: bytes | bytearray, limit: int = LIMIT) -> str:
    with pytest.raises(UploadRefusedError) as refused:
        listed(data, limit)
    return refused.value.code


def directory(data: bytearray, field: int, layout: str, value: int, entry: int = 0) -> bytearray:
    """Overwrite a field of an entry in the directory (section 4.3.12)."""
    place = -1
    for _ in range(entry + 1):
        place = data.index(b"PK\x01\x02", place + 1)
    struct.pack_into(layout, data, place + field, value)
    return data


def test_files_are_listed_with_their_paths_and_sizes_and_folders_are_counted():
    found = listed(zipped(("Contrats/", b""), ("Contrats/Avenant n° 2.pdf", b"%PDF-" * 100), ("mars.eml", b"a")))
    assert [(entry.path, entry.name, entry.size) for entry in found.entries] == [
        ("Contrats/Avenant n° 2.pdf", "Avenant n° 2.pdf", 500),
        ("mars.eml", "mars.eml", 1),
    ]
    assert (found.folders, found.total) == (1, 501)
    assert all(entry.ticked for entry in found.entries)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("../../etc/passwd", LeftOut.OUTSIDE),
        ("a/../../b", LeftOut.OUTSIDE),
        ("..\\b.txt", LeftOut.OUTSIDE),
        ("/etc/passwd", LeftOut.OUTSIDE),
        ("\\\\server\\share\\b.txt", LeftOut.OUTSIDE),
        ("C:\\Windows\\win.ini", LeftOut.OUTSIDE),
        ("c:b.txt", LeftOut.OUTSIDE),
        ("a\x1b[2Jb.txt", LeftOut.UNCLEAR),
        ("b\u202egpj.exe", LeftOut.UNCLEAR),
        ("a/...", LeftOut.UNCLEAR),
    ],
)
def test_a_name_that_leads_elsewhere_or_hides_something_is_left_out_and_the_others_stay(name: str, reason: LeftOut):
    found = listed(zipped(("good.txt", b"good"), (name, b"bad")))
    assert [entry.left_out for entry in found.entries] == [None, reason]
    assert all(c.isprintable() for entry in found.entries for c in entry.path)


def test_a_name_with_a_nul_is_left_out():
    data = zipped(("good.txt", b"good"), ("a_b.txt", b"bad")).replace(b"a_b.txt", b"a\0b.txt")
    assert [entry.left_out for entry in listed(data).entries] == [None, LeftOut.UNCLEAR]


def test_folders_written_with_backslashes_are_read_as_folders():
    assert listed(zipped(("Contrats\\2024\\a.pdf", b"a"))).entries[0].path == "Contrats/2024/a.pdf"


def test_a_link_is_no_file():
    link = ZipInfo("link")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    found = listed(zipped(("good.txt", b"good"), (link, b"/etc/passwd")))
    assert [entry.left_out for entry in found.entries] == [None, LeftOut.LINK]


def test_an_entry_under_a_password_is_left_out_and_an_archive_of_them_is_refused():
    data = directory(zipped(("good.txt", b"good"), ("locked.txt", b"locked")), 8, "<H", 1, entry=1)
    assert [entry.left_out for entry in listed(data).entries] == [None, LeftOut.LOCKED]
    assert refusal(directory(data, 8, "<H", 1)) == "archive_locked"


@pytest.mark.parametrize("how", [ZIP_BZIP2, ZIP_LZMA])
def test_what_is_packed_in_a_way_that_takes_much_memory_is_left_out(how: int):
    locked = zipped(("a.txt", b"a" * 1000), how=how)
    assert refusal(locked) == "archive_without_files"


def test_archives_within_system_files_and_twins_are_named_and_stay():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped(("a.ZIP", b"PK"), ("__MACOSX/._a", b"x"), ("b.txt", b"1"), ("b.txt", b"2"), ("empty.txt", b""))
    found = listed(data).entries
    assert [entry.doubts for entry in found] == [(Doubt.ARCHIVE,), (Doubt.SYSTEM,), (Doubt.TWICE,), (Doubt.TWICE,), ()]
    assert [entry.ticked for entry in found] == [True, False, True, True, False]
    assert found[-1].left_out is LeftOut.EMPTY
    assert [read(data, 2), read(data, 3)] == [b"1", b"2"]


def test_a_name_is_read_as_utf_8_as_info_zip_wrote_it_or_in_the_old_code_page():
    flagged = zipped(("été.txt", b"1"))
    assert listed(flagged).entries[0].path == "été.txt"
    old = zipped(("_t_.txt", b"1")).replace(b"_t_.txt", "été.txt".encode("cp437"))
    assert listed(old).entries[0].path == "été.txt"
    unflagged = zipped(("__t__.txt", b"1")).replace(b"__t__.txt", "été.txt".encode())
    assert listed(unflagged).entries[0].path == "été.txt"
    with_field = ZipInfo("_t_.txt")
    raw, name = b"_t_.txt", "été.txt".encode()
    with_field.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, zlib.crc32(raw)) + name
    assert listed(zipped((with_field, b"1"))).entries[0].path == "été.txt"
    with_field.extra = struct.pack("<HHBL", 0x7075, 5 + len(name), 1, 0) + name
    assert listed(zipped((with_field, b"1"))).entries[0].path == "_t_.txt"


def test_what_announces_far_more_than_it_holds_is_left_out():
    data = directory(zipped(("good.txt", b"good"), ("zeros", bytes(10_000))), 24, "<L", LIMIT - 1, entry=1)
    assert [entry.left_out for entry in listed(data).entries] == [None, LeftOut.STEEP]


def test_what_is_larger_than_a_file_may_be_is_left_out_and_too_much_in_all_is_refused():
    data = zipped(("small.txt", b"1"), ("large.bin", bytes(2_000)))
    assert [entry.left_out for entry in listed(data, 1_999).entries] == [None, LeftOut.LARGE]
    assert refusal(data, 500) == "archive_too_large"


def test_entries_that_share_their_bytes_are_refused():
    data = zipped(("a.bin", bytes(1_000)), ("b.bin", bytes(1_000)))
    assert refusal(directory(data, 42, "<L", 0, entry=1)) == "archive_overlaps"


def test_a_true_size_beyond_the_announced_one_never_comes_out():
    data = directory(zipped(("bomb", bytes(5_000_000))), 24, "<L", 1_000)
    assert listed(data).entries[0].size == 1_000
    with pytest.raises(UploadRefusedError, match="entry_broken"):
        read(data)


def test_a_true_size_below_the_announced_one_is_told():
    data = directory(zipped(("short", b"x" * 100)), 24, "<L", 1_000)
    with pytest.raises(UploadRefusedError, match="entry_broken"):
        read(data)


def test_bytes_that_are_not_those_of_their_checksum_are_told():
    data = directory(zipped(("a.txt", b"x" * 100)), 16, "<L", 0xBAD)
    with pytest.raises(UploadRefusedError, match="entry_broken"):
        read(data)


def test_another_name_before_the_bytes_than_in_the_directory_is_told():
    data = zipped(("a.txt", b"x" * 100))
    data[data.index(b"a.txt")] = ord("b")
    with pytest.raises(UploadRefusedError, match="entry_broken"):
        read(data)


@pytest.mark.parametrize("data", [b"", b"PK\x05\x06", b"%PDF-1.7", b"PK\x03\x04" * 100])
def test_what_is_no_archive_is_refused(data: bytes):
    assert refusal(data) == "archive_unreadable"


def test_an_archive_without_a_file_that_can_be_lodged_is_refused():
    assert refusal(zipped()) == "archive_without_files"
    assert refusal(zipped(("folder/", b""))) == "archive_without_files"


def test_a_truncated_archive_is_refused_wherever_it_was_cut():
    data = zipped(("a.txt", b"a" * 50), ("b.txt", b"b" * 50))
    for length in range(len(data)):
        with pytest.raises(UploadRefusedError):
            listed(data[:length])


def test_ten_thousand_entries_are_listed_and_one_more_is_refused():
    files = [(f"{number}.txt", b"x") for number in range(archives.MOST_ENTRIES)]
    assert len(listed(zipped(*files)).entries) == archives.MOST_ENTRIES
    assert refusal(zipped(*files, ("more.txt", b"x"))) == "archive_too_many"


def test_an_announced_directory_of_gigabytes_is_refused_before_it_is_read():
    data = zipped(("a.txt", b"x"))
    struct.pack_into("<L", data, data.index(b"PK\x05\x06") + 12, 0x7FFFFFFF)
    assert refusal(data) == "archive_too_many"


def test_zip_64_is_read():
    held = io.BytesIO()
    with ZipFile(held, "w") as archive, archive.open(ZipInfo("a.txt"), "w", force_zip64=True) as file:
        file.write(b"wide")
    wide = _with_wide_end(bytearray(held.getvalue()))
    assert [entry.path for entry in listed(wide).entries] == ["a.txt"]
    assert read(wide) == b"wide"


def _with_wide_end(data: bytearray) -> bytearray:
    """Write the end of the directory as large archives have it (sections 4.3.14 to 4.3.16)."""
    place = data.index(b"PK\x05\x06")
    start, size = data.index(b"PK\x01\x02"), place - data.index(b"PK\x01\x02")
    wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, place, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return data[:place] + wide + locator + end


CONTROLS = {chr(code) for code in (*range(32), *range(127, 160), *range(0x202A, 0x202F), *range(0x2066, 0x206A))}
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=60)
WHOLE = bytes(zipped(("a/été.txt", b"a" * 300), ("b.zip", b"PK" * 40), ("c.bin", bytes(range(256)))))


@given(st.dictionaries(NAMES, st.binary(max_size=300), max_size=8))
def test_whatever_an_archive_holds_what_is_ticked_comes_out_as_it_went_in(files: dict[str, bytes]):
    data = zipped(*files.items())
    try:
        found = listed(data)
    except UploadRefusedError:
        return
    contents = list(files.values())
    for entry in found.entries:
        assert CONTROLS.isdisjoint(entry.path)
        if entry.left_out is None:
            assert read(data, entry.index) == contents[entry.index]


@given(st.data())
def test_however_an_archive_is_damaged_it_is_read_or_refused_and_nothing_else(data: st.DataObject):
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    damaged = damaged[data.draw(st.integers(0, 40)) : len(damaged) - data.draw(st.integers(0, 40))]
    try:
        found = listed(damaged)
        for entry in found.entries:
            if entry.left_out is None:
                assert len(read(damaged, entry.index)) == entry.size
    except UploadRefusedError:
        return
