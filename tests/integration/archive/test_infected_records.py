"""A sealed record that holds an infected file is taken only by who chose so, said why, and is on record."""

import pytest
from sqlalchemy import select, update

from odr.archive.commands import ask_access, decide_access
from odr.archive.models import Record
from odr.archive.releasing import accept_infected, infections_of, release_record
from odr.bootstrap import Platform
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.evidence.models import ExhibitVersion
from odr.evidence.scanning import Outcome
from odr.ids import ExhibitId
from tests.integration.evidence.hands import post
from vault import ItemRef


async def infect(platform: Platform, *exhibits: ExhibitId) -> None:
    async with platform.unit() as uow:
        await uow.session.execute(
            update(ExhibitVersion)
            .where(ExhibitVersion.exhibit_id.in_(exhibits))
            .values(scan=Outcome.INFECTED, scan_engine="ClamAV")
        )


@pytest.fixture
async def infected(platform: Platform, settled):
    """A settled dispute whose record holds one infected file."""
    case, told, record = settled
    await infect(platform, told.exhibits["contract"], told.exhibits["caucus"])
    return case, record


async def test_a_record_with_an_infected_file_is_taken_only_by_who_says_why(platform, infected):
    case, record = infected
    claimant, respondent = case.people["claimant"], case.people["respondent"]
    for actor in (claimant, respondent):
        with pytest.raises(NotPermittedError) as refusal:
            await release_record(platform, actor, record.id)
        assert refusal.value.code == "infected_record"
    async with platform.unit(write=False) as uow:
        before = await infections_of(uow, claimant, record.id)
    assert [(each.number, each.file_name) for each in before.files] == [("C-1", "contrat.pdf")], "no caucus exhibit"
    assert not before.accepted
    for reason in ("", "  ", "x" * 3000):
        with pytest.raises(InvalidInputError):
            async with platform.unit() as uow:
                await accept_infected(uow, claimant, record.id, reason=reason)
    async with platform.unit() as uow:
        await accept_infected(uow, claimant, record.id, reason="Notre expert l'examine.")
    release = await release_record(platform, claimant, record.id)
    assert release.size == sum([len(piece) async for piece in release.stream()])
    with pytest.raises(NotPermittedError):  # each for oneself
        await release_record(platform, respondent, record.id)
    async with platform.unit(write=False) as uow:
        events = await uow.vault.ledger.events(uow.session, case.ref("joint"))
        told = [each.event for each in events if each.event["event"] == "InfectedRecordReleased"]
    assert [(each["files"], each["reason"], each["actor_id"]) for each in told] == [
        (1, "Notre expert l'examine.", str(claimant.account_id))
    ]


async def test_whoever_may_not_read_a_record_learns_nothing_of_what_is_in_it(platform, infected):
    case, record = infected
    for name in ("archivist", "secretariat", "stranger", "expert"):
        async with platform.unit() as uow:
            with pytest.raises(NotFoundError):
                await infections_of(uow, case.people[name], record.id)
            with pytest.raises(NotFoundError):
                await accept_infected(uow, case.people[name], record.id, reason="x")


async def test_an_archivist_whose_reading_was_authorised_says_why_too(platform, infected):
    case, record = infected
    archivist = case.people["archivist"]
    async with platform.unit() as uow:
        access = await ask_access(uow, archivist, record.id, motive="Un audit.")
    async with platform.unit() as uow:
        await decide_access(uow, case.people["secretariat"], access, allow=True)
    with pytest.raises(NotPermittedError):
        await release_record(platform, archivist, record.id)
    async with platform.unit() as uow:
        await accept_infected(uow, archivist, record.id, reason="L'audit porte sur ce fichier.")
    assert (await release_record(platform, archivist, record.id)).size > 0


async def test_what_was_destroyed_since_or_never_was_in_the_record_is_told_apart(platform, infected):
    case, record = infected
    async with platform.unit() as uow:
        versions = list(await uow.session.scalars(select(ExhibitVersion).where(ExhibitVersion.scan == "infected")))
        for version in versions:
            await uow.vault.destroy(uow.session, ItemRef(case.id, version.id))
    with pytest.raises(NotPermittedError) as refusal:  # its bytes are in the record's own ZIP
        await release_record(platform, case.people["claimant"], record.id)
    assert refusal.value.code == "infected_record"
    async with platform.unit() as uow:
        await uow.session.execute(update(Record).values(versions=None))  # one made before these were kept
    with pytest.raises(NotPermittedError):
        await release_record(platform, case.people["claimant"], record.id)
    async with platform.unit() as uow:
        await uow.session.execute(update(Record).values(versions=[]))  # destroyed before it was sealed
    assert (await release_record(platform, case.people["claimant"], record.id)).size > 0


async def test_a_clean_record_asks_nothing(platform, settled):
    case, _told, record = settled
    with pytest.raises(ConflictError, match="not_infected"):
        async with platform.unit() as uow:
            await accept_infected(uow, case.people["claimant"], record.id, reason="x")
    assert (await release_record(platform, case.people["claimant"], record.id)).size > 0


async def test_the_page_asks_before_and_hands_out_after(infected, sign_in):
    case, record = infected
    claire = await sign_in(case.people["claimant"])
    asked = await post(claire, f"/archive/{record.id}/package")
    assert (asked.status_code, asked.headers["Location"]) == (303, f"/archive/{record.id}/infected")
    form = await claire.get(asked.headers["Location"])
    assert "contrat.pdf" in form.text
    assert (await post(claire, f"/archive/{record.id}/infected", reason="")).status_code == 422
    done = await post(claire, f"/archive/{record.id}/infected", reason="Nous en avons besoin.")
    assert done.status_code == 303
    assert f'action="/archive/{record.id}/package"' in (await claire.get(done.headers["Location"])).text
    taken = await post(claire, f"/archive/{record.id}/package")
    assert taken.content.startswith(b"PK")
    stranger = await sign_in(case.people["stranger"])
    assert (await stranger.get(f"/archive/{record.id}/infected")).status_code == 404
