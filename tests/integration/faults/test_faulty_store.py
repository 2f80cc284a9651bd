"""A bucket that is away, refuses, throttles, breaks off, lies or hangs: nothing lost, no row without bytes."""

import asyncio
import hashlib
import json
import shutil
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from odr.errors import OdrError, UnavailableError
from odr.evidence.sweeping import sweep_now
from odr.keeping.copying import copy_waiting
from odr.keeping.scrubbing import scrub_all
from odr.keeping.standing import standing_now
from odr.platform import Platform
from tests.builders import Hands, a_browser, a_case, a_platform
from tests.integration.faults.hands import assert_calm, lodge, recorded, stored
from tests.integration.keeping.hands import MIB, keep, read, s3_settings, some
from tests.services.faulty_proxy import Fault, Proxy, faulty_proxy
from vault import ConfigurationError, SealError, StoreError, StoreUnavailableError, sweep_store, take_away
from vault.stores.circuit import Circuit
from vault.stores.s3 import Encryption, S3Objects, make_client
from web.app import build_app

ALWAYS = 1000
PATIENCE = 25.0
"""Seconds within which three tries of a bucket that never answers, a second each, are over on a busy machine."""


@pytest.fixture
def proxy(seaweedfs: Any) -> Iterator[Proxy]:
    with faulty_proxy(seaweedfs.url) as running:
        yield running


@pytest.fixture
async def faulty(
    tmp_path: Path, migrated_database: Path, clock: Hands, seaweedfs: Any, proxy: Proxy
) -> AsyncIterator[Platform]:
    """SQLite, and a bucket behind the proxy that must answer within a second; a folder for second copies."""
    directory = tmp_path / "entente"
    shutil.copytree(migrated_database, directory)
    changes = s3_settings(tmp_path, seaweedfs, seaweedfs.new_bucket()) | {
        "ENTENTE_S3_ENDPOINT": proxy.url,
        "ENTENTE_S3_ANSWER_SECONDS": "1",
        "ENTENTE_REPLICA": f"files:{tmp_path / 'second'}",
    }
    async with a_platform(directory, changes, clock=clock, migrated=True) as platform:
        yield platform


async def assert_nothing_dangles(platform: Platform) -> None:
    """No row lacks its bytes."""
    swept = await sweep_now(platform, remove=False)
    assert (swept.missing, swept.second_missing) == ((), ())


@pytest.mark.parametrize("act", ["begin", "part", "complete"])
@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.SLOW, Fault.SLOW_DOWN, Fault.LOST_ANSWER])
async def test_a_deposit_gets_through_what_passes(faulty: Platform, proxy: Proxy, act: str, fault: Fault) -> None:
    content = some(3000)
    proxy.plan(act, fault)
    item, space = await keep(faulty, content)
    assert proxy.seen[act] >= 1
    assert await read(faulty, item, space) == content
    (only,) = faulty.vault.store.objects(str(faulty.vault.tenant))
    assert only.size > len(content)
    await assert_nothing_dangles(faulty)


@pytest.mark.parametrize("fault", [Fault.LOST_ANSWER, Fault.HALF_XML, Fault.AWAY])
async def test_an_upload_that_was_completed_unheard_is_found_again(
    faulty: Platform, proxy: Proxy, fault: Fault
) -> None:
    """However often the answer is lost, the object is there once, and whole."""
    content = some(9 * MIB)
    proxy.plan("complete", Fault.LOST_ANSWER)
    proxy.plan("complete", fault, 2)
    item, space = await keep(faulty, content)
    assert len(list(faulty.vault.store.objects(str(faulty.vault.tenant)))) == 1
    assert await read(faulty, item, space) == content


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        ("begin", Fault.REFUSED),
        ("begin", Fault.HALF_XML),
        ("part", Fault.REFUSED),
        ("part", Fault.AWAY),
        ("part", Fault.SLOW_DOWN),
        ("complete", Fault.TOO_MANY),
        ("complete", Fault.REFUSED),
        ("*", Fault.AWAY),
    ],
)
async def test_a_deposit_that_cannot_get_through_leaves_no_row_and_says_so(
    faulty: Platform, proxy: Proxy, clock: Hands, act: str, fault: Fault
) -> None:
    proxy.plan(act, fault, ALWAYS)
    with pytest.raises((StoreError, OdrError)) as refused:
        await keep(faulty, some(100))
    assert proxy.url not in str(refused.value)
    proxy.mend()
    await assert_nothing_dangles(faulty)
    item, space = await keep(faulty, b"again")
    clock.advance(days=2)
    await sweep_now(faulty, remove=True)
    assert len(stored(faulty)) == 1, "what stayed behind is swept, what is named stays"
    assert await read(faulty, item, space) == b"again"


@pytest.mark.parametrize("fault", [Fault.AWAY, Fault.SLOW, Fault.SLOW_DOWN, Fault.CUT, Fault.LOST_ANSWER])
async def test_a_reading_gets_through_what_passes(faulty: Platform, proxy: Proxy, fault: Fault) -> None:
    content = some(2 * MIB)
    item, space = await keep(faulty, content)
    proxy.plan("read", fault)
    assert await read(faulty, item, space) == content


@pytest.mark.parametrize("fault", [Fault.GARBLED, Fault.SHORT, Fault.REFUSED, Fault.SLOW_DOWN, Fault.CUT, Fault.AWAY])
async def test_a_store_that_lies_or_is_away_is_never_believed_and_the_second_copy_is_read(
    faulty: Platform, proxy: Proxy, fault: Fault
) -> None:
    content = some(2 * MIB)
    item, space = await keep(faulty, content)
    proxy.plan("read", fault, ALWAYS)
    with pytest.raises((SealError, StoreError, UnavailableError)):
        await read(faulty, item, space)
    proxy.mend()
    await copy_waiting(faulty, seconds=60)
    proxy.plan("read", fault, ALWAYS)
    assert await read(faulty, item, space) == content


async def test_a_store_that_hangs_is_given_up_in_time_and_stalls_nobody_else(faulty: Platform, proxy: Proxy) -> None:
    item, space = await keep(faulty, b"contrat")
    proxy.plan("read", Fault.HANGS, ALWAYS)
    longest = 0.0

    async def tick() -> None:
        nonlocal longest
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.02)
            longest = max(longest, time.monotonic() - before)

    ticking = asyncio.create_task(tick())
    begun = time.monotonic()
    with pytest.raises((StoreUnavailableError, UnavailableError)):
        await read(faulty, item, space)
    ticking.cancel()
    assert time.monotonic() - begun < PATIENCE
    assert longest < 1.0, "others were served meanwhile"


async def test_where_there_is_a_second_copy_a_store_that_hangs_is_not_waited_for(
    faulty: Platform, proxy: Proxy
) -> None:
    content = some(9 * MIB)
    item, space = await keep(faulty, content)
    await copy_waiting(faulty, seconds=60)
    vault = faulty.vault
    now = time.monotonic()
    vault.bounded = Circuit(vault.store, bound=0.3, clock=lambda: now)
    proxy.plan("read", Fault.HANGS, ALWAYS)
    begun = time.monotonic()
    assert await read(faulty, item, space) == content
    asked = proxy.seen["read"]
    assert await read(faulty, item, space) == content
    assert proxy.seen["read"] <= asked + 2, "it is remembered; what was given up tries itself out meanwhile"
    assert time.monotonic() - begun < PATIENCE
    proxy.mend()
    now += 61
    before = proxy.seen["read"]
    assert await read(faulty, item, space) == content
    assert proxy.seen["read"] > before, "a minute later the first store is read again"


async def test_the_scrub_takes_no_passing_fault_for_damage(faulty: Platform, proxy: Proxy) -> None:
    await keep(faulty, some(100))
    await copy_waiting(faulty, seconds=60)
    proxy.plan("read", Fault.GARBLED)
    assert (await scrub_all(faulty)).found == [], "garbled on its way, read again"
    proxy.plan("*", Fault.AWAY, ALWAYS)
    with pytest.raises(UnavailableError):
        await scrub_all(faulty)
    proxy.mend()
    found = await standing_now(faulty)
    assert (found.standing, found.broken) == (0, ())


async def test_a_store_that_garbles_everything_spreads_nothing(faulty: Platform, proxy: Proxy) -> None:
    content = some(100)
    item, space = await keep(faulty, content)
    proxy.plan("read", Fault.GARBLED, ALWAYS)
    assert await copy_waiting(faulty, seconds=60) == 0, "no second copy of what is not what was sealed"
    proxy.mend()
    assert await copy_waiting(faulty, seconds=60) == 1
    proxy.plan("read", Fault.GARBLED, ALWAYS)
    (found,) = (await scrub_all(faulty)).found
    assert not found.mended, "what is written anew must come back right"
    proxy.mend()
    assert (await scrub_all(faulty)).found == []
    assert await read(faulty, item, space) == content


async def test_a_stale_list_makes_no_loss_and_no_orphan(faulty: Platform, proxy: Proxy, clock: Hands) -> None:
    first, space = await keep(faulty, b"first")
    await sweep_now(faulty, remove=False)  # the list that will be told again
    second, _ = await keep(faulty, b"second", space)
    proxy.plan("list", Fault.STALE, ALWAYS)
    clock.advance(days=2)
    swept = await sweep_now(faulty, remove=True)
    assert (swept.orphans, swept.missing) == (0, ())
    proxy.mend()
    assert await read(faulty, first, space) == b"first"
    assert await read(faulty, second, space) == b"second"


async def test_an_orphan_that_got_its_row_meanwhile_is_left_alone(faulty: Platform, clock: Hands) -> None:
    """The list says orphan; between it and the deletion the row is written: the last look decides."""
    vault = faulty.vault
    item, space = await keep(faulty, b"named")
    key, version = next((each.key, each.version) for each in vault.store.objects(str(vault.tenant)))
    clock.advance(days=2)
    async with faulty.unit(write=False) as uow:
        found = await sweep_store(vault, uow.session, now=clock())
    orphan = next(each for each in vault.store.objects(str(vault.tenant)) if (each.key, each.version) == (key, version))
    async with faulty.unit(write=False) as uow:
        await take_away(vault, uow.session, found, orphan)
    assert await read(faulty, item, space) == b"named"


async def test_a_half_list_takes_nothing_away(faulty: Platform, proxy: Proxy, clock: Hands) -> None:
    item, space = await keep(faulty, b"contrat")
    clock.advance(days=2)
    proxy.plan("list", Fault.HALF_XML, ALWAYS)
    with pytest.raises(UnavailableError):
        await sweep_now(faulty, remove=True)
    proxy.mend()
    assert await read(faulty, item, space) == b"contrat"


@pytest.mark.parametrize("fault", [Fault.SLOW_DOWN, Fault.REFUSED, Fault.HANGS])
async def test_whoever_lodges_reads_what_to_do_and_nothing_is_recorded(
    faulty: Platform, proxy: Proxy, fault: Fault
) -> None:
    case = await a_case(faulty)
    async with a_browser(faulty, build_app(faulty), case.people["claimant"]) as claire:
        before = await recorded(faulty)
        proxy.plan("part", fault, ALWAYS)
        assert_calm(await lodge(claire, case, b"contrat"), 503)
        proxy.mend()
        assert await recorded(faulty) == before
        assert (await lodge(claire, case, b"contrat")).status_code == 201


def test_a_list_of_thousands_comes_page_by_page(moto: Any) -> None:
    client = make_client(region=moto.region, endpoint_url=moto.url, access_key="a", secret_key="b")
    store = S3Objects(client, "many", "deep")
    client.create_bucket(Bucket="many", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    client.put_bucket_versioning(Bucket="many", VersioningConfiguration={"Status": "Enabled"})
    names = [f"tenant/{number:04x}" for number in range(1003)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: client.put_object(Bucket="many", Key=f"deep/{name}", Body=b""), names))
    assert [each.key for each in store.objects("tenant")] == names


@pytest.mark.parametrize(
    ("encryption", "demanded"),
    [
        (Encryption("AES256"), b"x-amz-server-side-encryption: aes256"),
        (Encryption("aws:kms", "alias/vault"), b"x-amz-server-side-encryption-aws-kms-key-id: alias/vault"),
    ],
)
def test_a_bucket_that_refuses_what_does_not_ask_for_encryption_gets_what_it_wants(
    moto: Any, encryption: Encryption, demanded: bytes
) -> None:
    name = f"demanding-{encryption.method.replace(':', '-').lower()}"
    with faulty_proxy(moto.url) as running:

        def store(how: Encryption | None) -> S3Objects:
            where = {"region": moto.region, "endpoint_url": running.url, "access_key": "a", "secret_key": "b"}
            return S3Objects(make_client(**where), name, "", encryption=how)

        client = store(None)._client  # noqa: SLF001 -- filled behind its back
        client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        running.demands = demanded
        with pytest.raises(ConfigurationError, match="cannot be used"):
            store(None).probe()
        store(encryption).probe()


def test_a_policy_that_asks_for_encryption_refuses_an_upload_without_and_takes_one_with_it(seaweedfs: Any) -> None:
    """A real policy: SeaweedFS judges each request by it, the completing as well, where S3 looks at the beginning."""
    bucket = seaweedfs.new_bucket()
    refusing = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ["s3:PutObject"],
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringNotEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [refusing]})
    seaweedfs.client().put_bucket_policy(Bucket=bucket, Policy=policy)

    def store(how: Encryption | None) -> S3Objects:
        where = {"region": seaweedfs.region, "endpoint_url": seaweedfs.url}
        keys = {"access_key": seaweedfs.access_key, "secret_key": seaweedfs.secret_key}
        return S3Objects(make_client(**where, **keys), bucket, "", encryption=how)

    with pytest.raises(StoreError, match="AccessDenied"):
        store(None).begin("tenant/plain")
    upload = store(Encryption("AES256")).begin("tenant/asked")
    digest = hashlib.sha256(b"part").digest()
    assert store(Encryption("AES256")).put_part("tenant/asked", upload, 1, 0, b"part", digest).size == 4
