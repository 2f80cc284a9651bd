"""Tiles: one name for each, and a mirror that believes nothing."""

from functools import partial

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.vault.tile_log import KEY, Log, log_of
from vault.errors import ProofError
from vault.ledger.checkpoint import NoteKey
from vault.ledger.mirror import check_mirror
from vault.ledger.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    join_entries,
    join_hashes,
    read_path,
    split_entries,
    split_hashes,
    tiles_of,
)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 0), "0/000"),
        (Tile(3, 999, 17), "3/999.p/17"),
        (Tile(0, 1000), "0/x001/000"),
        (Tile(1, 1_234_067), "1/x001/x234/067"),
        (Tile(63, 7, 255), "63/007.p/255"),
        (Tile(ENTRIES, 1_234_067, 1), "entries/x001/x234/067.p/1"),
    ],
)
def test_a_tile_is_named_as_c2sp_names_it(tile, path):
    assert tile.path == path
    assert read_path(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        *("", "0", "0/", "0/0", "0/00", "0/0000", "00/000", "64/000", "-1/000", "x/000", "0/x000/000", "0/x000/001"),
        *("0/001/000", "0/x001", "0/000.p", "0/000.p/", "0/000.p/0", "0/000.p/256", "0/000.p/01", "0/000.p/1000"),
        *(
            "0/000 ",
            "0/000\n",
            "/0/000",
            "0//000",
            "0/..",
            "0/\u0660\u0660\u0660",
            "entries",
            "Entries/000",
            "0/" + "x999/" * 12 + "999",
        ),
    ],
)
def test_a_name_in_another_spelling_is_refused(path):
    with pytest.raises(ProofError):
        read_path(path)


@given(st.integers(-1, 63), st.integers(0, 10**15), st.integers(1, 256))
def test_every_name_is_read_back(level, index, width):
    tile = Tile(level, index, width)
    assert read_path(tile.path) == tile


@given(st.text(max_size=40))
def test_no_text_is_read_as_a_tile_of_another_name(text):
    try:
        assert read_path(text).path == text
    except ProofError:
        return


@given(st.lists(st.binary(max_size=80), max_size=8))
def test_entries_are_read_back_and_a_cut_bundle_is_refused(entries):
    bundle = join_entries(entries)
    assert split_entries(bundle, len(entries)) == entries
    with pytest.raises(ProofError):
        split_entries(bundle, len(entries) + 1)
    if bundle:
        with pytest.raises(ProofError):
            split_entries(bundle[:-1], len(entries))


def test_a_tile_of_another_size_is_refused():
    with pytest.raises(ProofError):
        split_hashes(bytes(33), Tile(0, 0, 1))
    with pytest.raises(ProofError):
        join_hashes(Tile(0, 0, 1), {})


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 512, 700])
def test_a_mirror_rebuilds_the_log_from_its_tiles_alone(size):
    log = log_of(size)
    check_mirror(log.checkpoint(), KEY, lambda tile: log.files()[tile.path] if size < 3 else log.read(tile))


@given(st.integers(1, 600), st.data())
def test_a_longer_log_continues_the_one_mirrored_before(size, data):
    before = data.draw(st.integers(1, size))
    log = log_of(size)
    check_mirror(log.checkpoint(), KEY, log.read, before=log_of(before).checkpoint())
    new = {tile.path for tile in tiles_of(size, before)}
    old = {tile.path for tile in tiles_of(before)}
    assert new | old >= {tile.path for tile in tiles_of(size)}


def altered(log: Log, which: str, tile: Tile) -> bytes:
    data = log.read(tile)
    return data[:-1] + bytes([data[-1] ^ 1]) if tile.path == which else data


@pytest.mark.parametrize("which", [tile.path for tile in tiles_of(513)])
def test_an_altered_tile_is_found(which):
    log = log_of(513)
    with pytest.raises(ProofError):
        check_mirror(log.checkpoint(), KEY, partial(altered, log, which))


def test_a_log_rolled_back_rewritten_or_signed_by_another_is_found():
    log, kept = log_of(300), log_of(260).checkpoint()
    with pytest.raises(ProofError, match="rolled back"):
        check_mirror(log_of(200).checkpoint(), KEY, log_of(200).read, before=kept)
    other = Log([b"other", *log.entries[1:]])
    with pytest.raises(ProofError, match="rewritten"):
        check_mirror(other.checkpoint(), KEY, other.read, before=kept)
    with pytest.raises(ProofError, match="root"):
        check_mirror(log.checkpoint(), KEY, other.read)
    with pytest.raises(ProofError):
        check_mirror(log.checkpoint(), NoteKey.of(KEY.name, Ed25519PrivateKey.generate()), log.read)


def test_a_mirror_keeps_few_tiles_at_a_time():
    log = log_of(WIDTH * 66)
    check_mirror(log.checkpoint(), KEY, log.read)
