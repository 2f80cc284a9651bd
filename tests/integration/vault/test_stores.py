"""One contract for every store: files, memory, moto and SeaweedFS."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from vault.errors import (
    ConfigurationError,
    DiskFullError,
    ObjectLockedError,
    ObjectMissingError,
    StoreError,
    StoreUnavailableError,
)
from vault.stores.base import LockMode, ObjectStore, Piece, Protection
from vault.stores.files import FileObjects
from vault.stores.memory import MemoryObjects
from vault.stores.probing import probe_locks
from vault.stores.s3 import Encryption, S3Objects, make_client

PART = 5 * 1024 * 1024
CLOCKS = timedelta(seconds=10)


def new_bucket(client, *, object_lock: bool = False) -> str:
    name = f"t-{secrets.token_hex(6)}"
    client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=object_lock, **where(client))
    client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def where(client) -> dict[str, Any]:
    region = client.meta.region_name
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def s3_store(endpoint, *, object_lock: bool = False, bucket: str | None = None) -> S3Objects:
    def build(name: str) -> S3Objects:
        keys = {"access_key": endpoint.access_key, "secret_key": endpoint.secret_key}
        client = make_client(region=endpoint.region, endpoint_url=endpoint.url, **keys)
        return S3Objects(client, name, "deep/prefix", object_lock=object_lock)

    return build(bucket or new_bucket(build("none")._client, object_lock=object_lock))  # noqa: SLF001 -- the same client


@pytest.fixture
def on_disk() -> Iterator[Path]:
    """A folder whose files have a page cache: those in memory are never at hand at once, says the kernel."""
    with TemporaryDirectory(dir="/var/tmp") as folder:
        yield Path(folder)


@pytest.fixture(params=["files", "memory", "moto", "seaweedfs"])
def store(request, on_disk) -> ObjectStore:
    if request.param == "files":
        return FileObjects(on_disk / "store")
    if request.param == "memory":
        return MemoryObjects()
    return s3_store(request.getfixturevalue(request.param))


@pytest.fixture(params=["moto", "seaweedfs"])
def s3(request):
    return request.getfixturevalue(request.param)


def put(store: ObjectStore, key: str, *parts: bytes) -> str:
    upload = store.begin(key)
    return store.complete(key, upload, put_parts(store, key, upload, *parts))


def put_parts(store: ObjectStore, key: str, upload: str, *parts: bytes) -> list[Piece]:
    pieces, offset = [], 0
    for number, part in enumerate(parts, 1):
        pieces.append(store.put_part(key, upload, number, offset, part, hashlib.sha256(part).digest()))
        offset += len(part)
    return pieces


@pytest.mark.parametrize("kind", ["files", "memory"])
def test_what_is_torn_is_held_at_its_place_and_kept_aside_until_the_object_is_whole(kind, tmp_path):
    store = FileObjects(tmp_path) if kind == "files" else MemoryObjects()
    upload = store.begin("tenant/torn")
    place = ("tenant/torn", upload)
    assert store.torn.found(*place, 0, 9) == []
    store.torn.put(*place, 0, b"whole")
    store.torn.put(*place, 5, b"torn")
    assert store.torn.found(*place, 5, 9) == [b"torn"]
    store.torn.keep(*place, 5, b"tor")
    assert store.torn.found(*place, 5, 9) == [b"tor"]
    store.torn.put(*place, 5, b"an")
    assert store.torn.found(*place, 5, 9) == [b"an", b"tor"]
    store.torn.put(*place, 7, b"other")
    pieces = [
        store.put_part(*place, number, at, data, hashlib.sha256(data).digest(), durable=True, held=kind == "files")
        for number, at, data in ((1, 0, b"whole"), (2, 5, b"another"))
    ]
    version = store.complete(*place, pieces)
    assert store.read("tenant/torn", version, 0, 99) == b"wholeanother"
    assert kind == "memory" or not list((tmp_path / "torn").iterdir())


@pytest.mark.parametrize("kind", ["files", "memory"])
def test_what_is_torn_goes_when_nobody_wants_it_or_the_upload_is_given_up(kind, tmp_path):
    store = FileObjects(tmp_path) if kind == "files" else MemoryObjects()
    upload = store.begin("tenant/torn")
    place = ("tenant/torn", upload)
    for drop in (lambda: store.torn.keep(*place, 0, b""), lambda: store.abort(*place)):
        store.torn.put(*place, 0, b"torn")
        store.torn.keep(*place, 0, b"torn")
        drop()
        assert kind == "files" or store.torn.found(*place, 0, 9) == []
        assert kind == "memory" or not list((tmp_path / "torn").iterdir())


def test_an_object_of_several_parts_reads_as_one(store):
    first, second = os.urandom(PART), os.urandom(1000)
    version = put(store, "tenant/ab/one", first, second)
    whole = first + second
    assert store.size("tenant/ab/one", version) == len(whole)
    assert store.read("tenant/ab/one", version, 0, len(whole)) == whole
    assert store.read("tenant/ab/one", version, PART - 10, 20) == whole[PART - 10 : PART + 10]


def test_what_is_at_hand_is_the_same_or_nothing(store):
    content = os.urandom(1000)
    version = put(store, "tenant/ab/one", content)
    found = bytearray(900)
    with store.at_hand("tenant/ab/one", version) as fill:
        filled = fill(10, memoryview(found))
    assert (filled, bytes(found)) == ((False, bytes(900)) if isinstance(store, S3Objects) else (True, content[10:910]))


def test_of_a_file_that_ends_or_is_gone_nothing_is_at_hand(on_disk):
    store = FileObjects(on_disk)
    version = put(store, "tenant/short", b"0123456789")
    found = bytearray(3)
    with store.at_hand("tenant/short", version) as fill:
        assert fill(8, memoryview(found)[:2])
        assert bytes(found) == b"89\0"
        assert not fill(8, memoryview(found))
    store.delete("tenant/short", version)
    with store.at_hand("tenant/short", version) as fill:
        assert not fill(8, memoryview(found)[:2])


def test_a_range_past_the_end_gives_what_there_is(store):
    version = put(store, "tenant/short", b"0123456789")
    assert store.read("tenant/short", version, 8, 100) == b"89"
    assert store.read("tenant/short", version, 10, 5) == b""
    assert store.read("tenant/short", version, 50, 5) == b""
    assert store.read("tenant/short", version, 3, 0) == b""


def test_parts_may_come_in_any_order_and_be_sent_again(store):
    first, second = os.urandom(PART), os.urandom(PART)
    upload = store.begin("tenant/disordered")
    store.put_part("tenant/disordered", upload, 1, 0, bytes(PART), hashlib.sha256(bytes(PART)).digest())
    pieces = [
        store.put_part("tenant/disordered", upload, 2, PART, bytearray(second), hashlib.sha256(second).digest()),
        store.put_part("tenant/disordered", upload, 1, 0, memoryview(first), hashlib.sha256(first).digest()),
    ]
    version = store.complete("tenant/disordered", upload, sorted(pieces, key=lambda piece: piece.number))
    assert store.read("tenant/disordered", version, 0, 2 * PART) == first + second


def test_two_uploads_under_one_key_make_two_versions(store):
    one, two = put(store, "tenant/same", b"one"), put(store, "tenant/same", b"two")
    assert one != two
    assert store.read("tenant/same", one, 0, 3) == b"one"
    assert store.read("tenant/same", two, 0, 3) == b"two"
    store.delete("tenant/same", two)
    assert store.read("tenant/same", one, 0, 3) == b"one"


def test_nothing_can_be_read_before_the_upload_is_complete(store):
    upload = store.begin("tenant/pending")
    put_parts(store, "tenant/pending", upload, b"part")
    assert list(store.objects("tenant")) == []
    with pytest.raises(ObjectMissingError):
        store.read("tenant/pending", "0" * 32, 0, 4)
    assert [(each.key, each.upload) for each in store.uploads("tenant")] == [("tenant/pending", upload)]


def test_an_aborted_upload_leaves_nothing_and_may_be_aborted_twice(store):
    upload = store.begin("tenant/gone")
    pieces = put_parts(store, "tenant/gone", upload, b"part")
    store.abort("tenant/gone", upload)
    store.abort("tenant/gone", upload)
    assert list(store.uploads("tenant")) == []
    assert list(store.objects("tenant")) == []
    with pytest.raises(StoreError):
        store.put_part("tenant/gone", upload, 2, 4, b"more", hashlib.sha256(b"more").digest())
    with pytest.raises(StoreError):
        store.complete("tenant/gone", upload, pieces)


def test_a_completed_upload_is_no_longer_pending(store):
    put(store, "tenant/done", b"x")
    assert list(store.uploads("tenant")) == []


def test_what_is_missing_is_said_to_be_missing(store):
    version = put(store, "tenant/there", b"x")
    for key, wrong in (("tenant/there", "0" * 32), ("tenant/not-there", version), ("tenant/there", "../../etc/passwd")):
        for ask in (
            lambda key=key, wrong=wrong: store.read(key, wrong, 0, 1),
            lambda key=key, wrong=wrong: store.size(key, wrong),
            lambda key=key, wrong=wrong: store.delete(key, wrong),
        ):
            with pytest.raises(StoreError):
                ask()
    store.delete("tenant/there", version)
    with pytest.raises(ObjectMissingError):
        store.size("tenant/there", version)
    with pytest.raises(ObjectMissingError):
        store.delete("tenant/there", version)


def test_a_listing_keeps_to_its_prefix_and_tells_size_and_age(store):
    version = put(store, "tenant/a/one", b"12345")
    put(store, "tenant2/a/one", b"other")
    put(store, "tenant", b"neither")
    (found,) = store.objects("tenant")
    assert (found.key, found.version, found.size) == ("tenant/a/one", version, 5)
    assert abs(found.stored_at - datetime.now(UTC)) < CLOCKS
    store.begin("tenant/b/pending")
    store.begin("tenant2/b/pending")
    (pending,) = store.uploads("tenant")
    assert pending.key == "tenant/b/pending"


def test_a_listing_of_nothing_is_empty(store):
    assert list(store.objects("nobody")) == []
    assert list(store.uploads("nobody")) == []


@pytest.mark.parametrize(
    "key",
    ["", "/", "a//b", "../x", "a/../b", "a/.", "A", "a b", "a\0b", "é", "a/" * 9 + "a", "-x", "x" * 65, "a\n", "~a"],
)
def test_an_unsafe_key_is_refused_everywhere(store, key):
    piece = Piece(1, 1, bytes(32))
    for use in (
        lambda: store.begin(key),
        lambda: store.put_part(key, "0" * 32, 1, 0, b"x", bytes(32)),
        lambda: store.complete(key, "0" * 32, [piece]),
        lambda: store.abort(key, "0" * 32),
        lambda: store.read(key, "0" * 32, 0, 1),
        lambda: store.size(key, "0" * 32),
        lambda: store.delete(key, "0" * 32),
    ):
        with pytest.raises(ValueError, match="object's key"):
            use()


@pytest.mark.parametrize("kind", ["files", "memory"])  # an S3 drops the parts that are not named
def test_completing_with_other_parts_than_were_stored_is_refused(kind, tmp_path):
    store = FileObjects(tmp_path) if kind == "files" else MemoryObjects()
    upload = store.begin("tenant/part")
    pieces = put_parts(store, "tenant/part", upload, b"one", b"two")
    with pytest.raises(StoreError, match="not the parts stored"):
        store.complete("tenant/part", upload, pieces[:1])


def test_a_probe_of_a_sound_store_says_nothing_and_leaves_nothing(store):
    store.probe()
    assert list(store.objects("probe")) == []


@pytest.mark.parametrize("kind", ["files", "memory"])
def test_a_store_without_locks_says_so(kind, tmp_path):
    store = FileObjects(tmp_path) if kind == "files" else MemoryObjects()
    assert not store.locks
    version = put(store, "tenant/x", b"x")
    with pytest.raises(StoreError, match="cannot be locked"):
        store.lock("tenant/x", version, LockMode.GOVERNANCE, datetime.now(UTC))
    with pytest.raises(StoreError, match="cannot be held"):
        store.hold("tenant/x", version, on=True)
    assert store.protection("tenant/x", version) == Protection()
    with pytest.raises(ObjectMissingError):
        store.protection("tenant/y", version)
    with pytest.raises(ConfigurationError, match="choose S3"):
        probe_locks(store)


# ---- S3 alone


def moto_is_lax(why: str):
    return pytest.param("moto", marks=pytest.mark.xfail(strict=True, reason=f"moto is laxer than S3: {why}"))


@pytest.mark.parametrize("service", [moto_is_lax("it takes a wrong checksum"), "seaweedfs"])
def test_a_part_altered_on_its_way_is_refused(service, request):
    store = s3_store(request.getfixturevalue(service))
    upload = store.begin("tenant/altered")
    with pytest.raises(StoreError):
        store.put_part("tenant/altered", upload, 1, 0, b"altered", hashlib.sha256(b"sent").digest())


@pytest.mark.parametrize("service", [moto_is_lax("every upload of its began in 2010"), "seaweedfs"])
def test_a_pending_upload_tells_its_age(service, request):
    store = s3_store(request.getfixturevalue(service))
    store.begin("tenant/pending")
    (pending,) = store.uploads("tenant")
    assert abs(pending.begun_at - datetime.now(UTC)) < CLOCKS


@pytest.mark.parametrize("service", [moto_is_lax("it answers without checking who asks"), "seaweedfs"])
def test_a_wrong_secret_is_refused(service, request):
    endpoint = request.getfixturevalue(service)
    good = s3_store(endpoint)
    client = make_client(
        region=endpoint.region,
        endpoint_url=endpoint.url,
        access_key=endpoint.access_key,
        secret_key="not-the-secret",
    )
    stranger = S3Objects(client, good._bucket, "")  # noqa: SLF001 -- the same bucket by another identity
    with pytest.raises(StoreError):
        stranger.begin("tenant/stranger")


def test_a_bucket_without_versions_fails_the_probe(s3):
    client = s3_store(s3)._client  # noqa: SLF001 -- the same client
    name = f"t-{secrets.token_hex(6)}"
    client.create_bucket(Bucket=name, **where(client))
    with pytest.raises(ConfigurationError, match="enable versioning"):
        s3_store(s3, bucket=name).probe()


def test_a_missing_bucket_fails_the_probe(s3):
    with pytest.raises(ConfigurationError, match="cannot be used"):
        s3_store(s3, bucket=f"t-{secrets.token_hex(6)}").probe()


@pytest.mark.parametrize("mode", LockMode)
def test_a_locked_version_cannot_be_deleted_until_its_lock_ends(s3, mode):
    store = s3_store(s3, object_lock=True)
    version = put(store, "tenant/locked", b"evidence")
    until = datetime.now(UTC) + timedelta(minutes=5)
    store.lock("tenant/locked", version, mode, until)
    with pytest.raises(ObjectLockedError):
        store.delete("tenant/locked", version)
    assert store.read("tenant/locked", version, 0, 8) == b"evidence"
    found = store.protection("tenant/locked", version)
    assert (found.mode, found.held) == (mode, False)
    assert found.until is not None
    assert abs(found.until - until) <= timedelta(seconds=1)
    store.lock("tenant/locked", version, mode, until + timedelta(minutes=5))
    assert (store.protection("tenant/locked", version).until or until) > until + timedelta(minutes=4)


@pytest.mark.parametrize("service", [moto_is_lax("it shortens a COMPLIANCE lock"), "seaweedfs"])
def test_a_compliance_lock_is_never_shortened_nor_weakened(service, request):
    store = s3_store(request.getfixturevalue(service), object_lock=True)
    version = put(store, "tenant/final", b"record")
    until = datetime.now(UTC) + timedelta(minutes=5)
    store.lock("tenant/final", version, LockMode.COMPLIANCE, until)
    with pytest.raises(StoreError):
        store.lock("tenant/final", version, LockMode.COMPLIANCE, until - timedelta(minutes=3))
    with pytest.raises(StoreError):
        store.lock("tenant/final", version, LockMode.GOVERNANCE, until + timedelta(minutes=3))


def test_a_version_under_legal_hold_cannot_be_deleted_until_it_is_lifted(s3):
    store = s3_store(s3, object_lock=True)
    held, free = put(store, "tenant/held", b"first"), put(store, "tenant/held", b"second")
    store.hold("tenant/held", held, on=True)
    with pytest.raises(ObjectLockedError):
        store.delete("tenant/held", held)
    assert store.protection("tenant/held", held).held
    assert not store.protection("tenant/held", free).held, "a hold is on one version alone"
    store.delete("tenant/held", free)
    store.hold("tenant/held", held, on=False)
    store.delete("tenant/held", held)
    with pytest.raises(ObjectMissingError):
        store.protection("tenant/held", held)


def test_sound_locks_pass_the_probe(s3):
    probe_locks(s3_store(s3, object_lock=True))


def test_a_bucket_without_object_lock_fails_the_probe_of_locks(s3):
    plain = s3_store(s3)
    with pytest.raises(ConfigurationError):
        probe_locks(plain)
    for protect in (
        lambda: plain.lock("tenant/x", "0" * 32, LockMode.GOVERNANCE, datetime.now(UTC)),
        lambda: plain.hold("tenant/x", "0" * 32, on=True),
    ):
        with pytest.raises(StoreError, match="not configured"):
            protect()
    claims = s3_store(s3, object_lock=True, bucket=plain._bucket)  # noqa: SLF001 -- the same bucket
    with pytest.raises(ConfigurationError, match=r"takes no lock|not enforce"):
        probe_locks(claims)


@pytest.mark.parametrize("lax", ["COMPLIANCE", "GOVERNANCE", "hold"])
def test_a_store_that_takes_locks_and_does_not_hold_them_fails_the_probe(s3, monkeypatch, lax):
    store = s3_store(s3, object_lock=True)
    if lax == "hold":
        monkeypatch.setattr(store._client, "put_object_legal_hold", lambda **_: {})  # noqa: SLF001 -- says yes to all
    else:
        put_retention = store._client.put_object_retention  # noqa: SLF001 -- an S3 that forgets one of the modes

        def forget(**asked):
            return {} if asked["Retention"]["Mode"] == lax else put_retention(**asked)

        monkeypatch.setattr(store._client, "put_object_retention", forget)  # noqa: SLF001 -- as above
    with pytest.raises(ConfigurationError, match="not enforce"):
        probe_locks(store)


@pytest.mark.parametrize(
    ("encryption", "wanted"),
    [
        (None, {}),
        (Encryption("AES256"), {"ServerSideEncryption": "AES256"}),
        (Encryption("aws:kms", "alias/vault"), {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": "alias/vault"}),
    ],
)
def test_the_buckets_encryption_is_asked_for_with_every_object(moto, encryption, wanted):
    plain = s3_store(moto)
    store = S3Objects(plain._client, plain._bucket, encryption=encryption)  # noqa: SLF001 -- the same bucket
    version = put(store, "tenant/encrypted", b"x")
    facts = plain._client.head_object(Bucket=plain._bucket, Key="tenant/encrypted", VersionId=version)  # noqa: SLF001 -- behind its back
    told = {name: facts[name] for name in ("ServerSideEncryption", "SSEKMSKeyId") if name in facts}
    assert told == wanted or (encryption is None and told == {"ServerSideEncryption": "AES256"})
    store.probe()


def test_an_upload_completed_twice_gives_the_same_version(s3):
    store = s3_store(s3)
    first, second = os.urandom(PART), os.urandom(99)
    upload = store.begin("tenant/twice")
    pieces = put_parts(store, "tenant/twice", upload, first, second)
    version = store.complete("tenant/twice", upload, pieces)
    assert store.complete("tenant/twice", upload, pieces) == version, "as after an answer that was lost"


@pytest.mark.parametrize("service", [moto_is_lax("it completes the same upload again"), "seaweedfs"])
def test_other_pieces_than_were_published_are_not_taken_for_them(service, request):
    store = s3_store(request.getfixturevalue(service))
    upload = store.begin("tenant/twice")
    pieces = put_parts(store, "tenant/twice", upload, os.urandom(PART), b"last")
    version = store.complete("tenant/twice", upload, pieces)
    with pytest.raises(StoreError):
        store.complete("tenant/twice", upload, [replace(pieces[0], sha256=bytes(32)), pieces[1]])
    assert store.size("tenant/twice", version) == PART + 4, "what was published stays"


def test_an_object_of_another_length_than_was_sent_is_refused(s3):
    store = s3_store(s3)
    upload = store.begin("tenant/short")
    pieces = put_parts(store, "tenant/short", upload, b"12345")
    with pytest.raises(StoreError):
        store.complete("tenant/short", upload, [replace(pieces[0], size=6)])


def test_a_store_that_is_away_is_said_to_be_away():
    client = make_client(region="us-east-1", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="b")
    store = S3Objects(client, "b", "")
    with pytest.raises(StoreUnavailableError) as away:
        store.begin("tenant/x")
    assert "127.0.0.1" not in str(away.value)


# ---- files alone


def test_objects_and_uploads_are_for_their_owner_alone(tmp_path):
    store = FileObjects(tmp_path / "store")
    put(store, "tenant/ab/private", b"x")
    store.begin("tenant/ab/pending")
    for path in (tmp_path / "store").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path.name


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110 -- at collection
def test_a_full_disk_is_told_apart_and_the_upload_can_be_aborted(tmp_path):
    store = FileObjects(tmp_path)
    upload = store.begin("tenant/full")
    aside = next((tmp_path / "uploads").iterdir())
    aside.unlink()
    aside.symlink_to("/dev/full")
    with pytest.raises(DiskFullError):
        store.put_part("tenant/full", upload, 1, 0, b"x" * 5000, bytes(32))
    store.abort("tenant/full", upload)
    assert list(store.uploads("tenant")) == []


def test_a_pending_file_tells_its_age(tmp_path):
    store = FileObjects(tmp_path)
    store.begin("tenant/pending")
    (pending,) = store.uploads("tenant")
    assert abs(pending.begun_at - datetime.now(UTC)) < CLOCKS


def test_a_folder_that_cannot_be_written_fails_the_probe(tmp_path):
    (tmp_path / "store").write_text("a file is in the way")
    with pytest.raises(ConfigurationError, match="folder"):
        FileObjects(tmp_path / "store").probe()


def test_a_strangers_file_in_the_folder_is_no_object(tmp_path):
    store = FileObjects(tmp_path)
    put(store, "tenant/mine", b"x")
    (tmp_path / "objects" / "tenant" / "notes.txt").write_text("x")
    (tmp_path / "objects" / "tenant" / "x@y").write_text("x")
    assert [each.key for each in store.objects("tenant")] == ["tenant/mine"]
