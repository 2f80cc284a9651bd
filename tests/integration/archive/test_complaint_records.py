"""The record of a complaint that two companies settled between them: theirs, whole, and unknown to the centre."""

import hashlib
import json
import zipfile
from io import BytesIO

import pytest

from odr.archive.commands import ask_access
from odr.archive.models import Record
from odr.archive.queries import last_check, record_of_dispute, records_for, visible_record
from odr.archive.releasing import release_record
from odr.archive.reopening import ask_reopening
from odr.archive.requests import reopenings_of
from odr.errors import NotFoundError
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.recording import About
from odr.intake.proposals import accept_proposal, propose_terms
from odr.losses.commands import add_line
from odr.losses.lines import TypedLine
from odr.losses.sharing import prepare_share, share_losses
from odr.spaces.commands import post_message
from odr.spaces.queries import spaces_for
from odr.visibility.actor import CentreRole
from odr.visibility.terms import SpaceKind
from tests.builders import an_account
from tests.integration.archive.hands import SECRET, pieces, turn
from tests.integration.archive.test_sealing import offline
from tests.integration.disputes.conftest import cheap_hashes
from tests.journey import DRAFT, a_journey

__all__ = ["cheap_hashes"]

FIRST, LAST = "Dix pour cent de remise.", "Vingt pour cent de remise,\net la recette lundi."


async def room_of(journey, actor, kind):
    async with journey.platform.unit(write=False) as uow:
        rooms = await spaces_for(uow, actor, journey.dispute_id)
    return next(room.id for room in rooms if room.kind is kind)


async def put(journey, actor, kind, title):
    about = About(title, ExhibitKind.OTHER, Origin.PRODUCED, None, again=False)
    await lodge(
        journey.platform,
        actor,
        journey.dispute_id,
        await room_of(journey, actor, kind),
        about=about,
        name=f"{title}.txt",
        chunks=pieces(f"{title}\n".encode()),
    )


async def settled(platform, clock):
    """Both write, lodge and count; the second proposal is accepted; the record is sealed."""
    journey = await a_journey(platform)
    await journey.to_complaint()
    claimant, respondent = await journey.claimant(), await journey.respondent()
    here = await room_of(journey, respondent, SpaceKind.JOINT)
    async with platform.unit() as uow:
        await post_message(uow, respondent, journey.dispute_id, here, text="Nous livrons lundi.")
        await add_line(uow, claimant, journey.dispute_id, TypedLine("extra_work", "Saisie à la main", "3 × 8 × 95"))
        prepared = await prepare_share(uow, claimant, journey.dispute_id, SpaceKind.JOINT)
        seen = prepared.sha256.hex()
        await share_losses(uow, claimant, journey.dispute_id, SpaceKind.JOINT, digest_seen=seen)
    async with platform.unit() as uow:
        await add_line(uow, claimant, journey.dispute_id, TypedLine("other", f"Non partagé {SECRET}", "1"))
    await put(journey, claimant, SpaceKind.JOINT, "Bon de commande")
    await put(journey, claimant, SpaceKind.PRIVATE, f"Nos marges {SECRET}")
    async with platform.unit() as uow:
        await propose_terms(uow, respondent, journey.dispute_id, text=FIRST)
        chosen = await propose_terms(uow, respondent, journey.dispute_id, text=LAST)
    async with platform.unit() as uow:
        await accept_proposal(uow, claimant, journey.dispute_id, chosen)
    await turn(platform, clock, times=6)
    return journey


async def own_record(journey, actor):
    async with journey.platform.unit(write=False) as uow:
        return await record_of_dispute(uow, actor, journey.dispute_id)


async def test_a_settled_complaint_has_a_record_that_both_companies_take_and_a_stranger_verifies(
    platform, clock, tmp_path
):
    journey = await settled(platform, clock)
    record = await own_record(journey, await journey.claimant())
    assert record is not None
    assert record == await own_record(journey, await journey.respondent())
    releases = [
        await release_record(platform, actor, record.id)
        for actor in (await journey.claimant(), await journey.respondent())
    ]
    ours, theirs = [b"".join([piece async for piece in release.stream()]) for release in releases]
    assert ours == theirs
    async with platform.unit(write=False) as uow:
        check = await last_check(uow, record)
    assert check is not None
    assert check.holds
    package = tmp_path / releases[0].name
    package.write_bytes(ours)
    said = offline(package)
    assert said.returncode == 0, said.stdout + said.stderr
    with zipfile.ZipFile(package) as outer, zipfile.ZipFile(BytesIO(outer.read(f"{record.reference}.zip"))) as inner:
        files = {name.removeprefix(f"{record.reference}/"): inner.read(name) for name in inner.namelist()}
    assert not [name for name, content in files.items() if SECRET in name or SECRET.encode() in content]
    facts = json.loads(files["data/record/dispute.json"])
    assert (record.outcome.value, facts["reasons"][-1]["reason"]) == ("settled_directly", LAST)
    assert [stage["after"] for stage in facts["stages"]] == ["complaint", "settled_directly"]
    assert {person["name"] for person in facts["people"]} == {"Claire Demandeur", "René Dumontel"}
    assert DRAFT.contact_email.encode() not in b"".join(files.values())
    assert [json.loads(line)["text"] for line in files["data/record/messages.jsonl"].splitlines()] == [
        "Nous livrons lundi."
    ]
    assert [each["title"] for each in json.loads(files["data/evidence/list.json"])] == ["Bon de commande"]
    events = [json.loads(line)["event"] for line in files["data/record/events.jsonl"].splitlines()]
    told = {event["sha256"]: event["event"] for event in events if "sha256" in event}
    terms = json.loads(files["data/record/proposals/list.json"])
    assert [each["state"] for each in terms] == ["replaced", "accepted"]
    assert files[f"data/record/proposals/{terms[1]['file']}"].decode() == LAST
    (sheet,) = json.loads(files["data/record/losses/list.json"])
    assert (sheet["party"], sheet["version"], sheet["file"]) == (DRAFT.company, 1, "C-1.json")
    for path, each in (*(("proposals", row) for row in terms), ("losses", sheet)):
        digest = hashlib.sha256(files[f"data/record/{path}/{each['file']}"]).hexdigest()
        assert each["sha256"] == digest
        assert told[digest] == {"proposals": "ProposalMade", "losses": "LossesShared"}[path]


async def test_the_centre_is_not_told_of_a_settled_complaints_record(platform, clock):
    journey = await settled(platform, clock)
    async with platform.unit(write=False) as uow:
        record = await uow.session.scalar(Record.__table__.select().with_only_columns(Record.id))
    keepers = [
        await journey.secretariat(),
        await an_account(platform, "Aline Archiviste", CentreRole.ARCHIVIST),
    ]
    for keeper in keepers:
        assert await own_record(journey, keeper) is None
        async with platform.unit() as uow:
            assert (await records_for(uow, keeper)).rows == ()
            assert await reopenings_of(uow, keeper, journey.dispute_id) == ()
            for refused in (
                visible_record(uow, keeper, record),
                ask_access(uow, keeper, record, motive="Un audit."),
                ask_reopening(uow, keeper, journey.dispute_id, motive="Un audit."),
            ):
                with pytest.raises(NotFoundError):
                    await refused
        with pytest.raises(NotFoundError):
            await release_record(platform, keeper, record)
