"""The doctor finds each broken thing, says what to do, and leaves nothing behind."""

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import boto3
import msgspec
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import update

from odr import migrate
from odr.bootstrap import Platform, build_platform
from odr.doctor.examining import examine
from odr.doctor.finding import State
from odr.first_start import make_environment
from odr.outbox import JobRow, JobState
from odr.settings import read_settings
from odr.words import use_language
from tests.builders import Hands
from tests.services.issuer import NAME, Issuer, running_issuer
from vault import create_keys

NAMES = ["Database", "Migrations", "Root key", "Jobs", "Store", "Object lock", "Mail", "Time authorities", "Clock"]


async def seen(platform: Platform, language: str = "en") -> dict[str, tuple[State, str]]:
    with use_language(language):
        return {finding.name: (finding.state, finding.words) for finding in await examine(platform)}


@asynccontextmanager
async def a_platform_unprepared(platform: Platform, changes: dict[str, str]) -> AsyncIterator[Platform]:
    """The same installation under other settings, nothing contacted yet."""
    environment = make_environment(
        platform.settings.data_dir, public_url=platform.settings.public_url, centre_name="Centre"
    )
    other = build_platform(read_settings({**environment, **changes}))
    try:
        yield other
    finally:
        await other.close()


async def test_a_healthy_installation_has_no_failure_and_nothing_stays_behind(platform: Platform):
    before = sorted(path for path in platform.settings.data_dir.rglob("*") if path.is_file())
    found = await seen(platform)
    assert [name for name in found if name in NAMES] == NAMES
    assert all(state is not State.FAIL for state, _words in found.values()), found
    assert found["Time authorities"][0] is State.NONE
    assert sorted(path for path in platform.settings.data_dir.rglob("*") if path.is_file()) == before


async def test_production_passes_too(grand_platform: Platform):
    found = await seen(grand_platform)
    assert found["Store"][0] is State.OK
    assert found["Database"][0] is State.OK
    assert found["Root key"][0] is State.OK


async def test_every_sentence_comes_in_french(platform: Platform):
    english, french = await seen(platform), await seen(platform, "fr")
    assert "Base de données" in french
    assert not {words for _state, words in english.values()} & {words for _state, words in french.values()}


async def test_a_store_that_is_gone_is_found(platform: Platform):
    store = platform.settings.data_dir / "store"
    shutil.rmtree(store, ignore_errors=True)
    store.write_text("a file where the folder was")
    state, words = (await seen(platform))["Store"]
    assert state is State.FAIL
    assert "ENTENTE_STORE" in words


async def test_another_root_key_is_found(platform: Platform, tmp_path: Path):
    create_keys(root=tmp_path / "other.key", signing=tmp_path / "s.pem", token=tmp_path / "t.pem")
    changes = {"ENTENTE_KEY_ROOT": f"file:{tmp_path / 'other.key'}"}
    async with a_platform_unprepared(platform, changes) as other:
        state, words = (await seen(other))["Root key"]
    assert state is State.FAIL
    assert "ENTENTE_KEY_ROOT" in words


async def test_a_key_service_that_is_away_is_found(platform: Platform):
    changes = {"ENTENTE_KEY_ROOT": "awskms:alias/none", "ENTENTE_KMS_ENDPOINT": "http://127.0.0.1:9"}
    async with a_platform_unprepared(platform, changes) as other:
        assert (await seen(other))["Root key"][0] is State.FAIL


async def test_an_old_database_is_found(platform: Platform):
    await migrate.downgrade(platform.database, "base")
    found = await seen(platform)
    assert found["Migrations"][0] is State.FAIL
    assert "entente migrate" in found["Migrations"][1]
    assert found["Root key"][0] is State.FAIL


async def test_a_database_that_is_away_leaves_the_rest_examined(platform: Platform):
    changes = {"ENTENTE_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/nothing"}
    async with a_platform_unprepared(platform, changes) as other:
        found = await seen(other)
    assert found["Database"][0] is State.FAIL
    assert found["Migrations"][0] is State.NONE
    assert found["Store"][0] is State.OK


async def test_a_mail_server_that_is_away_is_found(platform: Platform):
    async with a_platform_unprepared(platform, {"ENTENTE_MAIL": "smtp://127.0.0.1:9"}) as other:
        assert (await seen(other))["Mail"][0] is State.FAIL


async def test_a_mail_folder_that_cannot_be_written_is_found(platform: Platform):
    (platform.settings.data_dir / "mail").write_text("a file where the folder should be")
    assert (await seen(platform))["Mail"][0] is State.FAIL


async def test_object_lock_that_is_claimed_is_tried(grand_platform: Platform, tmp_path: Path, moto):
    client = boto3.client(
        "s3", endpoint_url=moto.url, region_name="eu-west-3", aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_bucket(Bucket="without-lock", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    client.put_bucket_versioning(Bucket="without-lock", VersioningConfiguration={"Status": "Enabled"})
    for name in ("access", "secret"):
        (tmp_path / f"moto-{name}").write_text(name[0])
    changes = {
        "ENTENTE_STORE": "s3://without-lock/vault",
        "ENTENTE_S3_ENDPOINT": moto.url,
        "ENTENTE_S3_OBJECT_LOCK": "yes",
        "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "moto-access"),
        "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "moto-secret"),
    }
    async with a_platform_unprepared(grand_platform, changes) as other:
        found = await seen(other)
    assert found["Object lock"][0] is State.FAIL
    assert "ENTENTE_S3_OBJECT_LOCK" in found["Object lock"][1]


async def test_a_clock_that_is_off_is_found(platform: Platform, clock: Hands):
    clock.advance(minutes=5)
    state, words = (await seen(platform))["Clock"]
    assert state is State.FAIL
    assert "seconds" in words


async def test_an_authority_stamps_a_probe_and_one_that_is_away_is_named(platform: Platform, certomancer):
    directory = platform.settings.data_dir
    (directory / "root.pem").write_bytes(certomancer.root_certificate_pem)
    entries = [
        {"name": name, "url": url, "root_certificate": "root.pem", "independent": True}
        for name, url in (("Bonne", certomancer.url), ("Absente", "http://127.0.0.1:9/tsa"))
    ]
    (directory / "authorities.json").write_bytes(msgspec.json.encode(entries))
    changes = {"ENTENTE_TIME_AUTHORITIES": str(directory / "authorities.json")}
    async with a_platform_unprepared(platform, changes) as other:
        found = await seen(other)
    assert found["Time authority Bonne"][0] is State.OK
    assert found["Time authority Absente"][0] is State.FAIL
    assert found["Seal on documents, Bonne"][0] is State.OK
    assert found["Seal on documents, Absente"][0] is State.FAIL
    assert not (directory / "pdf-seal.pem").exists()


async def test_an_authority_whose_certificate_ends_soon_is_a_warning(platform: Platform):
    directory = platform.settings.data_dir
    with running_issuer() as issuer:
        one = issuer.time_authority("brief", timedelta(days=30))
        (directory / "root.pem").write_bytes(one.root_certificate_pem)
        entries = [{"name": "Brève", "url": one.url, "root_certificate": "root.pem", "independent": True}]
        (directory / "authorities.json").write_bytes(msgspec.json.encode(entries))
        changes = {"ENTENTE_TIME_AUTHORITIES": str(directory / "authorities.json")}
        async with a_platform_unprepared(platform, changes) as other:
            state, words = (await seen(other))["Time authority Brève"]
    assert state is State.WARN
    assert "ends on" in words


async def sealed_with(platform: Platform) -> tuple[State, str]:
    return (await seen(platform))["Seal on documents"]


async def test_the_seal_on_documents_is_looked_at_and_none_is_made(platform: Platform):
    path, day = platform.settings.data_dir / "pdf-seal.pem", timedelta(days=1)
    assert (await sealed_with(platform))[0] is State.NONE
    assert not path.exists()
    _ = platform.vault.papers.key
    state, words = await sealed_with(platform)
    assert state is State.OK
    assert "Internal, not qualified" in words

    issuer = Issuer()
    issuer.seal(path, 400 * day)
    state, words = await sealed_with(platform)
    assert state is State.OK
    assert NAME in words
    issuer.seal(path, 59 * day)
    state, words = await sealed_with(platform)
    assert state is State.WARN
    assert "ENTENTE_PDF_SEAL" in words


async def test_what_is_wrong_with_the_seal_on_documents_is_said(platform: Platform):
    path, issuer, day = platform.settings.data_dir / "pdf-seal.pem", Issuer(), timedelta(days=1)
    wrong: list[tuple[str, Callable[[], object]]] = [
        ("has ended", lambda: issuer.seal(path, -day)),
        ("does not allow the key to sign", lambda: issuer.seal(path, 400 * day, may_sign=False)),
        (
            "something else than documents",
            lambda: issuer.seal(path, 400 * day, purpose=ExtendedKeyUsageOID.SERVER_AUTH),
        ),
        ("missing from the file", lambda: issuer.seal(path, 400 * day, with_issuer=False)),
        ("ENTENTE_PDF_SEAL", lambda: path.write_text("no key")),
    ]
    for said, place in wrong:
        place()
        state, words = await sealed_with(platform)
        assert state is State.FAIL
        assert said in words
        assert "not valid yet" not in words


async def test_jobs_that_stand_still_or_are_parked_are_found(platform: Platform):
    async with platform.unit() as uow:
        await uow.enqueue("tell", {}, run_at=uow.now() - timedelta(hours=1))
    state, words = (await seen(platform))["Jobs"]
    assert state is State.FAIL
    assert "entente worker" in words
    async with platform.unit() as uow:
        await uow.session.execute(update(JobRow).values(state=JobState.PARKED))
    state, words = (await seen(platform))["Jobs"]
    assert state is State.FAIL
    assert "1" in words


@pytest.mark.parametrize("free", [10, 10 * 1024**3])
async def test_a_full_disk_is_found(platform: Platform, monkeypatch, free: int):
    usage = shutil.disk_usage(platform.settings.data_dir)
    monkeypatch.setattr("odr.doctor.stores.shutil.disk_usage", lambda _path: usage._replace(free=free))
    assert (await seen(platform))["Disk"][0] is (State.FAIL if free == 10 else State.OK)


async def test_a_scanner_that_is_away_is_found_and_one_that_answers_is_named(platform: Platform, clamd: str):
    async with a_platform_unprepared(platform, {"ENTENTE_CLAMD": clamd}) as other:
        state, words = (await seen(other))["Virus scan"]
        assert state is State.OK
        assert "ClamAV" in words
    async with a_platform_unprepared(platform, {"ENTENTE_CLAMD": "unix:/nowhere/clamd.ctl"}) as other:
        assert (await seen(other))["Virus scan"][0] is State.FAIL
