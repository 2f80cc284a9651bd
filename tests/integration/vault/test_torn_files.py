"""What a bucket can't hold of a part before it is whole, held in a folder of this machine."""

import os

from vault.envelope import SEALED_SEGMENT_SIZE
from vault.stores.torn_files import LocalTorn

KEY, UPLOAD = "tenant/aa/object", "An upload's name, as a service gives it: +/=."


def test_the_newest_part_of_an_upload_is_held_and_what_is_kept_of_it_lies_aside(tmp_path):
    torn, other = LocalTorn(tmp_path), LocalTorn(tmp_path)
    assert torn.found(KEY, UPLOAD, 0, 10) == []
    torn.put(KEY, UPLOAD, 0, b"first")
    torn.put(KEY, UPLOAD, 5, b" part")
    assert other.found(KEY, UPLOAD, 0, 100) == [b"first part"]
    torn.put(KEY, UPLOAD, SEALED_SEGMENT_SIZE, b"next")
    assert other.found(KEY, UPLOAD, SEALED_SEGMENT_SIZE, 4) == [b"next"]
    other.keep(KEY, UPLOAD, SEALED_SEGMENT_SIZE, b"nex")
    assert torn.found(KEY, UPLOAD, SEALED_SEGMENT_SIZE, 100) == [b"nex"]
    torn.put(KEY, "another", 0, b"apart")
    torn.drop(KEY, UPLOAD)
    assert other.found(KEY, UPLOAD, SEALED_SEGMENT_SIZE, 100) == []
    assert other.found(KEY, "another", 0, 100) == [b"apart"]


def test_what_nobody_will_ask_for_any_more_goes_when_another_upload_begins(tmp_path):
    torn = LocalTorn(tmp_path)
    for name in ("old", "new"):
        torn.put(KEY, name, 0, name.encode())
    torn.keep(KEY, "old", 0, b"old")
    torn.put(KEY, "old", 0, b"old")
    for each in [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"old"]:
        os.utime(each, (0, 0))
    torn.put(KEY, "third", 0, b"third")
    assert torn.found(KEY, "old", 0, 9) == []
    assert torn.found(KEY, "new", 0, 9) == [b"new"]


def test_a_folder_that_cannot_be_written_to_stops_nobody(tmp_path):
    (tmp_path / "parts").touch()
    torn = LocalTorn(tmp_path)
    torn.put(KEY, UPLOAD, 0, b"lost")
    torn.put(KEY, UPLOAD, 4, b"too")
    assert torn.found(KEY, UPLOAD, 0, 9) == []
    torn.keep(KEY, UPLOAD, 0, b"")
    torn.drop(KEY, UPLOAD)
