"""Two lives of one dispute, that differ only in what the claimant did apart: nobody else sees a difference.

The engine is the product's own (`entente check-separation`, web/separation/): here it looks at ourselves, and is shown
leaks that it must find.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import select

from odr import operations
from odr.archive import contents
from odr.crossing import commands as saying
from odr.crossing.handing import say_apart
from odr.crossing.queries import paraphrases_of
from odr.errors import NotFoundError, NotPermittedError
from odr.evidence import recording
from odr.evidence.models import Exhibit
from odr.evidence.queries import visible_exhibit
from odr.first_start import make_environment
from odr.ids import ExhibitId
from odr.notices import audience
from odr.notices.bounces import Failing
from odr.notices.models import Bounce
from odr.notices.terms import Audience
from odr.parties.queries import parties_of
from odr.people.queries import load_actor
from odr.scratch import scratch_settings
from odr.settings import Settings, read_settings
from odr.spaces.commands import post_message
from odr.spaces.queries import messages_in
from odr.worker import JOBS, Worker
from tests.builders import PUBLIC_URL
from web import security
from web.api import exhibits, rooms, statements
from web.separation.apart import ACTS
from web.separation.checking import Check, Options, everything, shapes_of
from web.separation.comparing import Difference, between, differences
from web.separation.errors import HollowError
from web.separation.hands import Life
from web.separation.living import Scene
from web.separation.stage import Stage, set_stage

pytestmark = pytest.mark.asyncio(loop_scope="module")  # the stage's own

ALL_AT_ONCE = Options(examples=1, steps=8, seconds=1, seed=20_261_122)
ON_POSTGRES = ("respondent", "secretariat", "expert")


def embedded_environment(directory: Path) -> dict[str, str]:
    return make_environment(directory, public_url=PUBLIC_URL, centre_name="Centre de l'Essai")


def embedded(directory: Path) -> Settings:
    return read_settings(embedded_environment(directory))


@pytest.fixture
def grand(grand_environment: dict[str, str]) -> Settings:
    return read_settings(grand_environment)


@pytest.fixture
def grand_environment(tmp_path: Path, fresh_postgres: str, seaweedfs: Any) -> dict[str, str]:
    """PostgreSQL and SeaweedFS, as in production."""
    for name, value in (("access", seaweedfs.access_key), ("secret", seaweedfs.secret_key)):
        (tmp_path / name).write_text(value)
    return {
        **make_environment(tmp_path, public_url=PUBLIC_URL, centre_name="Centre de l'Essai"),
        "ENTENTE_DATABASE_URL": fresh_postgres.replace("postgresql+psycopg:", "postgresql:"),
        "ENTENTE_STORE": f"s3://{seaweedfs.new_bucket()}/vault",
        "ENTENTE_S3_ENDPOINT": seaweedfs.url,
        "ENTENTE_S3_REGION": seaweedfs.region,
        "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
        "ENTENTE_S3_SECRET_KEY_FILE": str(tmp_path / "secret"),
    }


@asynccontextmanager
async def a_stage(settings: Settings) -> AsyncIterator[Stage]:
    async with scratch_settings(settings) as scratch, set_stage(scratch.settings) as stage:
        yield stage


def said(found: list[Difference]) -> str:
    return "\n".join(f"{each.role} {each.asked}\n  - {each.quiet}\n  + {each.busy}" for each in found)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stage]:
    """The embedded default: each life begins on it anew."""
    async with a_stage(embedded(tmp_path_factory.mktemp("stage"))) as made:
        yield made


@pytest.mark.timeout(900)  # whole lives, twice and more, on a machine that others use
async def test_nothing_that_is_done_apart_shows_to_anybody_else(stage: Stage) -> None:
    check = Check(stage, lambda _life, _acts: None)
    found = await check.compare(everything(shapes_of(ALL_AT_ONCE)[0]))
    assert not found, said(found)
    assert check.outcome.acts == set(ACTS)
    assert check.outcome.answers > 1000


@pytest.mark.timeout(900)
async def test_nothing_shows_on_postgresql_and_s3_either(grand: Settings) -> None:
    async with a_stage(grand) as stage:
        check = Check(stage, lambda _life, _acts: None, ON_POSTGRES)
        found = await check.compare(everything((*shapes_of(ALL_AT_ONCE)[0][:-1], "give_up")))
    assert not found, said(found)


async def test_an_act_can_happen_again_within_the_hour(stage: Stage) -> None:
    stopped = ("hand_to_some", "say_to_some")  # what each of them stops stands in one list
    script = (Scene("respondent_speaks", apart=stopped * 2),)
    assert not await Check(stage, lambda _life, _acts: None, ("respondent",)).compare(script)


async def test_a_life_in_which_a_task_had_to_be_tried_again_proves_nothing(stage: Stage) -> None:
    await stage.begin_again()
    life = Life(stage, Worker(stage.platform))
    await life.all_done()
    async with stage.platform.unit() as uow:
        await uow.enqueue("tell", {})  # of nothing: it fails
    await life.worker.drain()
    with pytest.raises(HollowError, match="tell"):
        await life.all_done()


SHORT = (
    Scene("respondent_speaks", apart=("paraphrase_an_exhibit", "lodge_in_caucus", "speak_in_caucus", "say_to_some")),
    Scene("claimant_speaks", apart=("ask_and_wait", "invite_in_vain", "fail_at_what_follows")),
    Scene("enter", "second_version"),
    Scene("give_up", apart=("invite_a_colleague",)),
)
LEAKS = {
    "a task that failed": ("secretariat", "/operations", ""),
    "a mail that came back": ("secretariat", "{dispute}$", "failing-title"),
    "an id's shape": ("respondent", "/exhibits/", "version"),
    "an order": ("respondent", "{joint}/messages$", ""),
    "a mail": ("respondent", "mail of", ""),
    "an error's text": ("respondent", "/exhibits/what was asked for$", ""),
    "a header": ("secretariat", "/account", "x-said-apart"),
    "a sentence for some": ("respondent", "{caucus_respondent}/messages$", ""),
    "a file of the record": ("respondent", "/package$", "minutes.json"),
    "a paraphrase": ("respondent", "/exhibits/what was asked for/paraphrases$", ""),
}
"""What is planted, and where it must be found: by whom, in which answer, with which word in the line that differs."""


class Talkative(dict[str, str]):
    """Headers of every answer, and one more that counts what was said apart."""

    said = 0

    def items(self) -> Any:
        return [*super().items(), ("X-Said-Apart", str(Talkative.said))]


def plant_leaks(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    """Make the product leak in seven ways, each a mistake that somebody might make."""
    caucus = stage.rooms["caucus_claimant"]
    versioned, told = recording._version, audience._belongs  # noqa: SLF001 -- this is what somebody would spoil

    async def counting_post(uow: Any, actor: Any, dispute_id: Any, space_id: Any, **how: Any) -> Any:
        made = await post_message(uow, actor, dispute_id, space_id, **how)
        Talkative.said += str(space_id) == caucus
        return made

    async def other_order(*given: Any, **how: Any) -> Any:
        found = await messages_in(*given, **how)
        return replace(found, messages=found.messages[::-1]) if Talkative.said else found

    async def telling(uow: Any, actor: Any, dispute_id: Any, exhibit_id: Any) -> Any:
        try:
            return await visible_exhibit(uow, actor, dispute_id, exhibit_id)
        except NotFoundError:
            if await uow.session.get(Exhibit, exhibit_id) is not None:
                raise NotPermittedError("not_permitted") from None
            raise

    def first_as_its_exhibit(*given: Any) -> Any:
        version = versioned(*given)
        if given[-1] is None:
            version.exhibit_id = ExhibitId(version.id)
        return version

    def everybody(whom: Audience, seat: Any, *rest: Any) -> bool:
        return told(whom, seat, *rest) or (whom is Audience.OWN_PARTY and seat.party_id is not None)

    async def counted(*_given: Any) -> list[dict[str, int]]:
        return [{"said": Talkative.said}] if Talkative.said else []

    monkeypatch.setattr(contents, "minutes_told", counted)
    monkeypatch.setattr(rooms, "post_message", counting_post)
    monkeypatch.setattr(rooms, "messages_in", other_order)
    monkeypatch.setattr(exhibits, "visible_exhibit", telling)
    monkeypatch.setattr(recording, "_version", first_as_its_exhibit)
    monkeypatch.setattr(audience, "_belongs", everybody)
    monkeypatch.setattr(security, "HEADERS", Talkative(security.HEADERS))


def plant_leaks_of_sentences(monkeypatch: pytest.MonkeyPatch, stage: Stage) -> None:
    """In two more: what was for some is said to everyone, and paraphrases are shown without asking who looks."""
    mediator = stage.people["mediator"].account_id

    async def to_all(uow: Any, actor: Any, row: Any, text: str, _recipients: Any) -> Any:
        others = [party.id for party in await parties_of(uow, row.dispute_id) if party.id != row.owner_id]
        return await say_apart(uow, actor, row, text, others)

    async def anybodys(uow: Any, _actor: Any, *which: Any) -> Any:
        return await paraphrases_of(uow, await load_actor(uow, mediator), *which)

    async def not_looking(*_given: Any) -> None:
        return None

    monkeypatch.setattr(saying, "say_apart", to_all)
    monkeypatch.setattr(statements, "paraphrases_of", anybodys)
    monkeypatch.setattr(statements, "visible_exhibit", not_looking)


def plant_leaks_of_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    """In two more: every task that failed is listed, and every mail that came back."""

    async def any_bounce(uow: Any, _actor: Any, dispute_id: Any) -> list[Failing]:
        found = await uow.session.scalars(select(Bounce).where(Bounce.dispute_id == dispute_id))
        return [Failing("", "", each.status, each.at, True) for each in found]

    monkeypatch.setattr(operations, "IN_SIGHT", frozenset(JOBS))
    monkeypatch.setattr("web.disputes.page.failing_of", any_bounce)


@pytest.mark.timeout(900)
async def test_each_planted_leak_is_found(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    plant_leaks(monkeypatch, stage)
    plant_leaks_of_sentences(monkeypatch, stage)
    plant_leaks_of_failures(monkeypatch)
    check = Check(stage, lambda _life, _acts: None, ("respondent", "secretariat"))
    quiet = await check.quiet(tuple(scene.quiet() for scene in SHORT))
    assert Talkative.said == 0
    busy = await check.sights(SHORT)
    assert differences(quiet, busy)
    for leak, (role, where, word) in LEAKS.items():
        own, others = ([each for each in sights if each.role == role] for sights in (quiet, busy))
        there = re.compile(where.format_map({**stage.rooms, "dispute": stage.dispute_id}))
        met = [each for one, other in zip(own, others, strict=True) for each in between(one, other)]
        assert [each for each in met if there.search(each.asked) and word in each.busy.lower()], leak
