"""Reading a sealed record takes a motive and a second person; parties learn of each copy."""

import asyncio
import re
import zipfile
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from odr.archive.commands import ask_access, decide_access
from odr.archive.models import AccessRequest, AccessState
from odr.archive.queries import records_for, visible_record
from odr.archive.releasing import release_record
from odr.archive.requests import visible_access
from odr.bootstrap import Platform
from odr.disputes.lifecycle import Stage
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError
from odr.event import EventRow
from odr.ids import AccessId, RecordId
from odr.notices.models import Notice
from odr.visibility.actor import CentreRole
from tests.builders import Hands, a_case, an_account
from tests.integration.archive.hands import an_ended_case, turn


async def test_a_reading_is_asked_with_a_motive_and_authorised_by_a_second_person(any_platform: Platform, clock: Hands):
    case, record = await an_ended_case(any_platform, clock)
    archivist, secretariat = case.people["archivist"], case.people["secretariat"]
    with pytest.raises(NotFoundError):
        await release_record(any_platform, archivist, record.id)
    async with any_platform.unit() as uow:
        access_id = await ask_access(uow, archivist, record.id, motive="Un audit.")
    with pytest.raises(NotFoundError):
        await release_record(any_platform, archivist, record.id)
    async with any_platform.unit() as uow:
        assert await decide_access(uow, secretariat, access_id, allow=True) == record.id
    release = await release_record(any_platform, archivist, record.id)
    data = b"".join([piece async for piece in release.stream()])
    assert len(data) == release.size
    assert f"{case.reference}.zip" in zipfile.ZipFile(BytesIO(data)).namelist()
    async with any_platform.unit(write=False) as uow:
        names = (await uow.session.scalars(select(EventRow.name).where(EventRow.dispute_id == case.id))).all()
        motive = (await visible_access(uow, secretariat, access_id)).motive
    assert {"AccessAsked", "AccessAuthorised", "RecordReleased"} <= set(names)
    assert motive == "Un audit."


async def test_a_motive_is_never_stored_in_the_clear(platform: Platform, ended):
    case, record = ended
    async with platform.unit() as uow:
        await ask_access(uow, case.people["archivist"], record.id, motive="Un motif reconnaissable.")
    stored = b"".join(path.read_bytes() for path in platform.settings.data_dir.glob("entente.sqlite3*"))
    assert b"reconnaissable" not in stored


@pytest.mark.parametrize("motive", ["", "   ", "\u200e\u202e", "x" * 2001])
async def test_a_request_without_a_usable_motive_is_refused(platform: Platform, motive: str, ended):
    case, record = ended
    with pytest.raises(InvalidInputError) as refused:
        async with platform.unit() as uow:
            await ask_access(uow, case.people["archivist"], record.id, motive=motive)
    assert set(refused.value.fields) == {"motive"}


async def test_nobody_authorises_their_own_request_whatever_other_role_they_hold(platform: Platform, ended):
    _case, record = ended
    both = await an_account(platform, "Bruno Deux", CentreRole.ARCHIVIST, CentreRole.SECRETARIAT)
    async with platform.unit() as uow:
        access_id = await ask_access(uow, both, record.id, motive="Un audit.")
    with pytest.raises(NotPermittedError):
        async with platform.unit() as uow:
            await decide_access(uow, both, access_id, allow=True)


async def test_of_two_who_decide_at_once_the_second_is_told(any_platform: Platform, clock: Hands):
    case, record = await an_ended_case(any_platform, clock)
    other = await an_account(any_platform, "Agathe Garde", CentreRole.ARCHIVIST)
    async with any_platform.unit() as uow:
        access_id = await ask_access(uow, case.people["archivist"], record.id, motive="Un audit.")

    async def decide(actor, *, allow: bool) -> bool:
        try:
            async with any_platform.unit() as uow:
                await decide_access(uow, actor, access_id, allow=allow)
        except ConflictError:
            return False
        return True

    won = await asyncio.gather(decide(other, allow=False), decide(case.people["secretariat"], allow=True))
    assert sorted(won) == [False, True]


async def test_an_authorisation_ends_after_seven_days(platform: Platform, clock: Hands, ended):
    case, record = ended
    archivist = case.people["archivist"]
    async with platform.unit() as uow:
        access_id = await ask_access(uow, archivist, record.id, motive="Un audit.")
        await decide_access(uow, case.people["secretariat"], access_id, allow=True)
    await release_record(platform, archivist, record.id)
    clock.advance(days=7, seconds=1)
    with pytest.raises(NotFoundError):
        await release_record(platform, archivist, record.id)
    async with platform.unit() as uow:  # and may be asked for again
        await ask_access(uow, archivist, record.id, motive="Un nouvel audit.")


async def test_a_refused_request_opens_nothing(platform: Platform, ended):
    case, record = ended
    async with platform.unit() as uow:
        access_id = await ask_access(uow, case.people["archivist"], record.id, motive="Un audit.")
        await decide_access(uow, case.people["secretariat"], access_id, allow=False)
        state = await uow.session.scalar(select(AccessRequest.state).where(AccessRequest.id == access_id))
    assert state is AccessState.REFUSED
    with pytest.raises(NotFoundError):
        await release_record(platform, case.people["archivist"], record.id)


async def test_one_archivists_authorisation_serves_no_other_and_asking_twice_is_pointed_out(platform: Platform, ended):
    case, record = ended
    other = await an_account(platform, "Agathe Garde", CentreRole.ARCHIVIST)
    async with platform.unit() as uow:
        access_id = await ask_access(uow, case.people["archivist"], record.id, motive="Un audit.")
        await decide_access(uow, other, access_id, allow=True)
    with pytest.raises(NotFoundError):
        await release_record(platform, other, record.id)
    with pytest.raises(ConflictError):
        async with platform.unit() as uow:
            await ask_access(uow, case.people["archivist"], record.id, motive="Encore.")


async def test_only_archivists_ask_and_only_keepers_see_records_at_all(platform: Platform, ended):
    case, record = ended
    with pytest.raises(NotPermittedError):
        async with platform.unit() as uow:
            await ask_access(uow, case.people["secretariat"], record.id, motive="Un audit.")
    for name in ("claimant", "respondent", "mediator", "expert", "stranger"):
        async with platform.unit() as uow:
            with pytest.raises(NotFoundError):
                await ask_access(uow, case.people[name], record.id, motive="Un audit.")
            with pytest.raises(NotFoundError):
                await visible_record(uow, case.people[name], record.id)
            with pytest.raises(NotFoundError):
                await records_for(uow, case.people[name])
    for name in ("secretariat", "stranger", "expert"):
        with pytest.raises(NotFoundError):
            await release_record(platform, case.people[name], record.id)


async def test_unknown_ids_are_not_found(platform: Platform):
    case = await a_case(platform)
    async with platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await visible_record(uow, case.people["archivist"], RecordId(uuid4()))
        with pytest.raises(NotFoundError):
            await decide_access(uow, case.people["secretariat"], AccessId(uuid4()), allow=True)
    with pytest.raises(NotFoundError):
        await release_record(platform, case.people["claimant"], RecordId(uuid4()))


async def test_the_table_of_another_dispute_never_takes_a_copy(platform: Platform, ended):
    _case, record = ended
    other = await a_case(platform)
    for name in ("claimant", "respondent", "mediator"):
        with pytest.raises(NotFoundError):
            await release_record(platform, other.people[name], record.id)


async def test_who_keeps_the_archive_is_told_of_a_request_and_its_asker_of_the_decision(
    platform: Platform, clock: Hands, ended
):
    case, record = ended
    async with platform.unit() as uow:
        access_id = await ask_access(uow, case.people["archivist"], record.id, motive="Un audit confidentiel.")
    await turn(platform, clock, times=1)
    async with platform.unit() as uow:
        await decide_access(uow, case.people["secretariat"], access_id, allow=True)
    await turn(platform, clock, times=1)
    async with platform.unit(write=False) as uow:
        told = (await uow.session.scalars(select(Notice))).all()
    by_kind = {kind: {each.account_id for each in told if each.kind == kind} for kind in {n.kind for n in told}}
    assert case.people["secretariat"].account_id in by_kind["access_asked"]
    assert case.people["archivist"].account_id not in by_kind["access_asked"]
    assert by_kind["access_decided"] == {case.people["archivist"].account_id}
    assert by_kind["record_sealed"] == {
        case.people[name].account_id for name in ("claimant", "claimant_counsel", "respondent", "mediator")
    }
    mails = b"".join(path.read_bytes() for path in (platform.settings.data_dir / "mail").glob("*.eml"))
    assert b"confidentiel." not in mails
    assert b"/archive" in mails


async def test_the_pages_lead_an_archivist_from_the_list_to_the_bytes(sign_in, ended):
    case, record = ended
    archivist = await sign_in(case.people["archivist"])
    secretariat = await sign_in(case.people["secretariat"])
    listed = (await archivist.get("/archive")).text
    assert case.reference in listed
    assert (await archivist.get("/archive", params={"q": case.reference[2:6].lower()})).text.count(case.reference) > 0
    assert "Aucun dossier scellé ne porte" in (await archivist.get("/archive", params={"q": "ZZZZ"})).text
    page = await archivist.get(f"/archive/{record.id}")
    assert "Demander à lire ce dossier" in page.text
    assert "Confirmé" in page.text
    assert "Aucun horodatage indépendant." in page.text
    empty = await archivist.post(f"/archive/{record.id}/access", data={"motive": "  "})
    assert empty.status_code == 422
    assert (await archivist.post(f"/archive/{record.id}/package")).status_code == 404
    asked = await archivist.post(f"/archive/{record.id}/access", data={"motive": "Vérifier la clause 4."})
    assert asked.status_code == 303
    awaited = (await secretariat.get("/archive")).text
    path = re.search(r'href="(/archive/access/[0-9a-f-]+)"', awaited)
    assert path is not None
    own = await archivist.get(path[1])
    assert "votre propre demande" in own.text
    assert (await archivist.post(f"{path[1]}/allow")).status_code == 403
    assert "Vérifier la clause 4." in (await secretariat.get(path[1])).text
    assert (await secretariat.post(f"{path[1]}/allow")).status_code == 303
    assert (await secretariat.post(f"{path[1]}/refuse")).status_code == 409
    sent = await archivist.post(f"/archive/{record.id}/package")
    assert sent.status_code == 200
    name = f"{case.reference}-sealed.zip"
    assert sent.headers["content-disposition"] == f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    assert int(sent.headers["content-length"]) == len(sent.content)
    assert zipfile.ZipFile(BytesIO(sent.content)).testzip() is None


async def test_the_table_keeps_a_copy_from_its_own_page_and_others_find_nothing(sign_in, ended):
    case, record = ended
    claimant = await sign_in(case.people["claimant"])
    page = await claimant.get(f"/disputes/{case.id}/record")
    assert "Gardez une copie" in page.text
    assert (await claimant.post(f"/archive/{record.id}/package")).status_code == 200
    for path in ("/archive", f"/archive/{record.id}"):
        assert (await claimant.get(path)).status_code == 404
    stranger = await sign_in(case.people["stranger"])
    for path in (f"/disputes/{case.id}/record", f"/archive/{record.id}", f"/archive/{uuid4()}", "/archive"):
        assert (await stranger.get(path)).status_code == 404
    assert (await stranger.post(f"/archive/{record.id}/package")).status_code == 404


async def test_a_dispute_that_is_not_sealed_yet_says_so(platform: Platform, sign_in):
    case = await a_case(platform, Stage.OPEN)
    claimant = await sign_in(case.people["claimant"])
    page = await claimant.get(f"/disputes/{case.id}/record")
    assert page.status_code == 200
    assert "pas encore scellé" in page.text
