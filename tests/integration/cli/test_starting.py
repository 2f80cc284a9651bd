"""The site does not start on a store whose locks are promised and not held."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from odr.platform import Platform
from tests.builders import a_platform
from vault import S3Store
from web.commands.starting import why_not_start


@asynccontextmanager
async def on(directory: Path, endpoint: Any, bucket: str, **more: str) -> AsyncIterator[Platform]:
    for name, value in (("access", endpoint.access_key), ("secret", endpoint.secret_key)):
        (directory / name).write_text(value)
    changes: Mapping[str, str] = {
        "ENTENTE_STORE": f"s3://{bucket}/vault",
        "ENTENTE_S3_ENDPOINT": endpoint.url,
        "ENTENTE_S3_REGION": endpoint.region,
        "ENTENTE_S3_ACCESS_KEY_FILE": str(directory / "access"),
        "ENTENTE_S3_SECRET_KEY_FILE": str(directory / "secret"),
        "ENTENTE_S3_OBJECT_LOCK": "yes",
        **more,
    }
    place = directory / "entente"
    place.mkdir(exist_ok=True)
    async with a_platform(place, changes) as platform:
        yield platform


async def test_a_store_that_holds_its_locks_lets_the_site_start_and_is_not_tried_at_each_start(
    tmp_path: Path, seaweedfs: Any
) -> None:
    bucket = seaweedfs.new_bucket(object_lock=True)
    async with on(tmp_path, seaweedfs, bucket) as platform:
        assert await why_not_start(platform) == ""
        tried = len(list(platform.vault.store.objects("probe")))
        assert tried == 2, "one under each mode; the held one was let go"
        assert await why_not_start(platform) == ""
        assert len(list(platform.vault.store.objects("probe"))) == tried


async def test_a_store_that_does_not_hold_its_locks_keeps_the_site_from_starting(
    tmp_path: Path, seaweedfs: Any
) -> None:
    async with on(tmp_path, seaweedfs, seaweedfs.new_bucket()) as platform:
        assert "ENTENTE_S3_OBJECT_LOCK" in await why_not_start(platform)


async def test_another_bucket_is_tried_anew(tmp_path: Path, seaweedfs: Any) -> None:
    async with on(tmp_path, seaweedfs, seaweedfs.new_bucket(object_lock=True)) as platform:
        assert await why_not_start(platform) == ""
    async with on(tmp_path, seaweedfs, seaweedfs.new_bucket()) as platform:
        assert await why_not_start(platform)


async def test_a_store_without_locks_that_promises_none_lets_the_site_start(platform: Platform) -> None:
    assert not isinstance(platform.settings.vault.store, S3Store)
    assert await why_not_start(platform) == ""
