"""Two lives of one dispute, that differ only in what the claimant did apart: nobody else sees a difference.

The engine is the product's own (`entente check-separation`, web/separation/): here it looks at ourselves, and is shown
leaks that it must find.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from odr.first_start import make_environment
from odr.scratch import scratch_settings
from odr.settings import Settings, read_settings
from tests.builders import PUBLIC_URL
from web.separation.apart import ACTS
from web.separation.checking import Check, Options, everything, shapes_of
from web.separation.comparing import Difference
from web.separation.stage import Stage, set_stage

ALL_AT_ONCE = Options(examples=1, steps=8, seconds=1, seed=20_261_122)
ON_POSTGRES = ("respondent", "secretariat", "expert")


def embedded(directory: Path) -> Settings:
    environment = make_environment(directory, public_url=PUBLIC_URL, centre_name="Centre de l'Essai")
    return read_settings(environment)


@pytest.fixture
def grand(tmp_path: Path, fresh_postgres: str, seaweedfs: Any) -> Settings:
    """PostgreSQL and SeaweedFS, as in production."""
    for name, value in (("access", seaweedfs.access_key), ("secret", seaweedfs.secret_key)):
        (tmp_path / name).write_text(value)
    return read_settings(
        {
            **make_environment(tmp_path, public_url=PUBLIC_URL, centre_name="Centre de l'Essai"),
            "ENTENTE_DATABASE_URL": fresh_postgres.replace("postgresql+psycopg:", "postgresql:"),
            "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
            "ENTENTE_S3_ENDPOINT": seaweedfs.url,
            "ENTENTE_S3_REGION": seaweedfs.region,
            "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
            "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
        }
    )


@asynccontextmanager
async def a_stage(settings: Settings) -> AsyncIterator[Stage]:
    async with scratch_settings(settings) as scratch, set_stage(scratch.settings) as stage:
        yield stage


def said(found: list[Difference]) -> str:
    return "\n".join(f"{each.role} {each.asked}\n  - {each.quiet}\n  + {each.busy}" for each in found)


async def test_nothing_that_is_done_apart_shows_to_anybody_else(tmp_path: Path) -> None:
    async with a_stage(embedded(tmp_path)) as stage:
        check = Check(stage, lambda _life, _acts: None)
        found = await check.compare(everything(shapes_of(ALL_AT_ONCE)[0]))
    assert not found, said(found)
    assert check.outcome.acts == set(ACTS)
    assert check.outcome.answers > 1000


async def test_nothing_shows_on_postgresql_and_s3_either(grand: Settings) -> None:
    async with a_stage(grand) as stage:
        check = Check(stage, lambda _life, _acts: None, ON_POSTGRES)
        found = await check.compare(everything(shapes_of(ALL_AT_ONCE)[0]))
    assert not found, said(found)
