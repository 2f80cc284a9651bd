"""A newer version under the same number, a tombstone in the place of what was taken back, a redacted copy."""

import hashlib
from uuid import UUID

import pytest
from sqlalchemy import select

from odr.errors import ConflictError, ConsentMissingError, NotFoundError, NotPermittedError
from odr.evidence.commands import share_exhibit
from odr.evidence.consents import give_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.history import versions_of
from odr.evidence.models import DisclosureState, ExhibitVersion
from odr.evidence.queries import exhibits_in, visible_exhibit
from odr.evidence.redactions import copies_of, redaction_of
from odr.evidence.tickets import disclosure_of
from odr.evidence.withdrawing import withdraw_from_own_room
from odr.visibility.terms import SpaceKind
from tests.builders import a_case, item_of
from tests.integration.evidence.hands import lodge, lodged, numbers_on, post, room, sha256
from tests.paper import attached, words
from vault import ItemRef, Redaction, redaction_commitment


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    names = ("claimant", "respondent", "mediator", "expert", "stranger", "secretariat")
    return case, {name: await sign_in(case.people[name]) for name in names}


def id_of(told):
    return UUID(told["id"])


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


async def rooms_of(platform, case, person, told):
    """In which rooms a person reads which bytes: {room: [(version, digest)…]}."""
    async with platform.unit(write=False) as uow:
        found = await versions_of(uow, case.people[person], case.id, id_of(told))
    rooms: dict[str, list[tuple[int, str]]] = {}
    for each in found:
        rooms.setdefault(each.room.value, []).append((each.version, each.sha256.hex()))
    return rooms


async def test_a_newer_version_keeps_the_number_and_the_older_one_stays_readable(platform, table):
    case, clients = table
    claire, rene = clients["claimant"], clients["respondent"]
    first = await lodged(claire, case, "joint", content=b"un", name="contrat.txt", title="Contrat")
    assert (await rene.get(f"{first['url']}/file")).content == b"un"
    assert (await claire.get(f"{first['url']}/replace?room={case.spaces['joint']}")).status_code == 200
    second = await lodged(
        claire, case, "joint", content=b"deux", name="contrat-2.txt", replaces=first["id"], reason="Page manquante"
    )
    assert (second["id"], second["number"], second["version"]) == (first["id"], "C-1", 2)
    assert numbers_on((await rene.get(room(case, "joint"))).text) == ["C-1"]
    assert (await rene.get(f"{first['url']}/file")).content == b"deux"
    page = (await rene.get(first["url"])).text
    assert "Page manquante" in page
    former = (await rooms_of(platform, case, "respondent", first))["joint"]
    assert former == [(2, sha256(b"deux")), (1, sha256(b"un"))]
    async with platform.unit(write=False) as uow:
        versions = await versions_of(uow, case.people["respondent"], case.id, id_of(first))
    old = f"{first['url']}/file?version={versions[1].id}"
    assert (await rene.get(old)).content == b"un"
    for number, digest in ((1, sha256(b"un")), (2, sha256(b"deux"))):
        version = versions[2 - number]
        receipt = (await rene.get(f"{first['url']}/receipt?room=joint&version={version.id}")).json()
        assert receipt["event"]["sha256"] == digest
    said = await events(platform, case, "joint")
    assert [event["event"] for event in said] == ["ExhibitLodged", "ExhibitReplaced"]
    assert said[1]["replaces"] == sha256(b"un")
    assert (said[1]["version"], said[1]["reason"]) == (2, "Page manquante")
    assert "version" not in said[0]


async def test_a_newer_version_reaches_narrower_rooms_and_never_a_wider_one(platform, table):
    case, clients = table
    claire, rene = clients["claimant"], clients["respondent"]
    told = await lodged(claire, case, "private_claimant", content=b"1", name="a.txt")
    for into in ("caucus", "joint"):
        await post(claire, f"{told['url']}/share", into=into)
    await lodged(claire, case, "caucus_claimant", content=b"2", name="a.txt", replaces=told["id"])
    one, two, three = (sha256(each) for each in (b"1", b"2", b"3"))
    mine = await rooms_of(platform, case, "claimant", told)
    assert mine == {"joint": [(1, one)], "caucus": [(2, two), (1, one)], "private": [(2, two), (1, one)]}
    assert (await rene.get(f"{told['url']}/file")).content == b"1"
    async with platform.unit() as uow:  # one's own sharing carries it over, under the same number
        assert await share_exhibit(uow, case.people["claimant"], case.id, id_of(told), into="joint") == "C-1"
    assert (await rooms_of(platform, case, "respondent", told)) == {"joint": [(2, two), (1, one)]}
    await lodged(claire, case, "joint", content=b"3", name="a.txt", replaces=told["id"])
    mine = await rooms_of(platform, case, "claimant", told)
    assert [rows[0][1] for rows in mine.values()] == [three, three, three]
    with pytest.raises(ConflictError):
        async with platform.unit() as uow:
            await share_exhibit(uow, case.people["claimant"], case.id, id_of(told), into="joint")


async def test_versions_elsewhere_tell_nothing_in_the_joint_space(platform, table):
    case, clients = table
    claire, rene = clients["claimant"], clients["respondent"]
    plain = await lodged(claire, case, "joint", content=b"tel quel", name="b.txt", title="Note")
    told = await lodged(claire, case, "private_claimant", content=b"brouillon 1", name="b.txt", title="Note")
    for step in (b"brouillon 2", b"brouillon 3"):
        await lodged(
            claire, case, "private_claimant", content=step, name="b.txt", title="Note", replaces=told["id"],
            reason="Chiffre secret",
        )  # fmt: skip
    former = (await rooms_of(platform, case, "claimant", told))["private"]
    await post(claire, f"{told['url']}/share", into="joint")
    said = await events(platform, case, "joint")
    assert [event["event"] for event in said] == ["ExhibitLodged", "ExhibitLodged"]
    assert set(said[0]) == set(said[1])
    pages = [(await rene.get(each["url"])).text for each in (plain, told)]
    assert "Chiffre secret" not in pages[1]
    assert all("replaced" not in page and "remplacée" not in page for page in pages)
    async with platform.unit(write=False) as uow:
        mine = await versions_of(uow, case.people["claimant"], case.id, id_of(told))
    hidden = [each.id for each in mine if each.sha256.hex() in {digest for _, digest in former[1:]}]
    assert len(hidden) == 2
    for version in hidden:
        assert (await rene.get(f"{told['url']}/file?version={version}")).status_code == 404
        assert (await rene.get(f"{told['url']}/receipt?version={version}")).status_code == 404
        assert (await rene.get(f"{told['url']}/infected?version={version}")).status_code == 404
    assert (await rene.get(f"{told['url']}/file?version=nothing")).status_code == 404


async def test_a_consent_never_reaches_a_newer_version(platform, table):
    case, clients = table
    claire, maya = case.people["claimant"], case.people["mediator"]
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"1")
    async with platform.unit() as uow:
        asked = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Un", form="original")
        await give_consent(uow, claire, case.id, id_of(told), seen=asked)
    await lodged(clients["claimant"], case, "caucus_claimant", content=b"2", replaces=told["id"])
    async with platform.unit() as uow:
        with pytest.raises(ConsentMissingError):
            await disclose(uow, maya, case.id, id_of(told))
        view = await disclosure_of(uow, claire, case.id, id_of(told))
        assert view is not None
        assert view.state is DisclosureState.WITHDRAWN
    assert (await clients["respondent"].get(f"{told['url']}/file")).status_code == 404


async def test_a_disclosed_exhibit_that_is_replaced_apart_crosses_over_on_a_new_consent_only(platform, table):
    case, clients = table
    claire, maya = case.people["claimant"], case.people["mediator"]
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"1")
    for content, version in ((b"1", 1), (b"2", 2)):
        if version > 1:
            await lodged(clients["claimant"], case, "caucus_claimant", content=content, replaces=told["id"])
            assert (await clients["respondent"].get(f"{told['url']}/file")).content == b"1"
            page = (await clients["mediator"].get(told["url"])).text
            assert f"{told['url']}/ask" in page
        async with platform.unit() as uow:
            asked = await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Un", form="original")
            await give_consent(uow, claire, case.id, id_of(told), seen=asked)
        async with platform.unit() as uow:
            await disclose(uow, maya, case.id, id_of(told))
        assert (await clients["respondent"].get(f"{told['url']}/file")).content == content
        async with platform.unit() as uow:
            with pytest.raises(ConflictError):
                await ask_disclosure(uow, maya, case.id, id_of(told), purpose="Encore", form="original")
    names = [event["event"] for event in await events(platform, case, "joint")]
    assert names == ["ExhibitLodged", "ExhibitReplaced"]


async def test_who_may_replace(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", content=b"1")
    apart = await lodged(clients["claimant"], case, "caucus_claimant", content=b"apart")
    for name, space, of, status in (
        ("respondent", "joint", told, 403),
        ("mediator", "joint", told, 403),
        ("mediator", "caucus_claimant", apart, 403),
        ("respondent", "joint", apart, 404),
        ("claimant", "joint", apart, 403),  # it does not stand there
        ("stranger", "joint", told, 404),
    ):
        answer = await lodge(clients[name], case, space, content=b"2", replaces=of["id"])
        assert answer.status_code == status, (name, space)
        assert (await clients[name].get(f"{of['url']}/replace?room={case.spaces[space]}")).status_code in {403, 404}
    wrong = await lodge(clients["claimant"], case, "joint", content=b"2", replaces="nothing")
    assert wrong.status_code == 422
    async with platform.unit(write=False) as uow:
        assert len(list(await uow.session.scalars(select(ExhibitVersion.id)))) == 2


async def test_a_refused_replacement_keeps_what_was_typed(table):
    case, clients = table
    claire = clients["claimant"]
    told = await lodged(claire, case, "joint", content=b"1")
    answer = await lodge(claire, case, "joint", content=b"1", json=False, replaces=told["id"], reason="Ma raison")
    assert answer.status_code == 409
    assert "Ma raison" in answer.text
    assert f'name="replaces" value="{told["id"]}"' in answer.text


async def test_what_is_taken_back_from_a_caucus_leaves_its_number_only(platform, table):
    case, clients = table
    claire, mediator = clients["claimant"], clients["mediator"]
    first = await lodged(claire, case, "caucus_claimant", content=b"1", title="Très secret", name="secret.txt")
    await lodged(claire, case, "caucus_claimant", content=b"2", title="Reste", name="reste.txt")
    await lodged(claire, case, "caucus_claimant", content=b"3", replaces=first["id"], title="Plus secret")
    assert (await mediator.get(f"{first['url']}/file")).content == b"3"  # reading does not prevent it
    confirm = await claire.get(f"{first['url']}/withdraw-from?room=caucus")
    assert "détruit" in confirm.text
    assert (await post(claire, f"{first['url']}/withdraw-from", room="caucus")).status_code == 303
    for client in (claire, mediator):
        page = (await client.get(room(case, "caucus_claimant"))).text
        assert numbers_on(page) == ["C-1", "C-2"]
        assert "secret" not in page
        assert "Retirée par Claire Demandeur" in page
        assert (await client.get(first["url"])).status_code == 404
        assert (await client.get(f"{first['url']}/file")).status_code == 404
    third = await lodged(claire, case, "caucus_claimant", content=b"4")
    assert third["number"] == "C-3"  # never given again
    async with platform.unit(write=False) as uow:
        for version in await uow.session.scalars(
            select(ExhibitVersion.id).where(ExhibitVersion.exhibit_id == id_of(first))
        ):
            assert (await uow.vault.facts(uow.session, ItemRef(case.id, version))).destroyed
    assert numbers_on((await clients["respondent"].get(room(case, "joint"))).text) == []


async def test_what_stands_elsewhere_stays_when_it_is_taken_back_from_one_room(platform, table):
    case, clients = table
    claire = clients["claimant"]
    told = await lodged(claire, case, "private_claimant", content=b"1")
    for into in ("caucus", "joint"):
        await post(claire, f"{told['url']}/share", into=into)
    await clients["respondent"].get(f"{told['url']}/file")
    for own in ("private", "caucus"):
        assert "détruit" not in (await claire.get(f"{told['url']}/withdraw-from?room={own}")).text
        assert (await post(claire, f"{told['url']}/withdraw-from", room=own)).status_code == 303
        assert (await post(claire, f"{told['url']}/withdraw-from", room=own)).status_code in {403, 404}
    assert (await clients["respondent"].get(f"{told['url']}/file")).content == b"1"
    assert (await claire.get(f"{told['url']}/file")).content == b"1"
    assert (await clients["mediator"].get(f"{told['url']}/file")).content == b"1"
    said = await events(platform, case, "joint")
    assert [event["event"] for event in said] == ["ExhibitLodged"]  # the joint ledger says nothing of it


async def test_the_receipt_of_what_was_taken_back_stays_for_who_lodged_it(table):
    case, clients = table
    claire = clients["claimant"]
    joint = await lodged(claire, case, "joint", content=b"1")
    gone = await lodged(claire, case, "caucus_claimant", content=b"2")
    receipts = {}
    for told, room_kind in ((joint, "joint"), (gone, "caucus")):
        before = await claire.get(f"{told['url']}/receipt?room={room_kind}")
        receipts[told["id"]] = before.json()
    assert (await post(claire, f"{joint['url']}/withdraw")).status_code == 303
    assert (await post(claire, f"{gone['url']}/withdraw-from", room="caucus")).status_code == 303
    for told, name, room_kind in ((joint, "joint", "joint"), (gone, "caucus_claimant", "caucus")):
        after = await claire.get(f"{told['url']}/receipt?room={room_kind}")
        assert after.status_code == 200
        assert after.json()["event"] == receipts[told["id"]]["event"]
        paper = await claire.get(f"{told['url']}/receipt.pdf?room={room_kind}&language=fr")
        assert attached(paper.content, "receipt.json") == after.content
        assert case.people["claimant"].name in words(paper.content)
        page = (await claire.get(room(case, name))).text
        assert f"{told['url']}/receipt?room={room_kind}" in page
        assert f"{told['url']}/receipt.pdf?room={room_kind}" in page
        for other in ("respondent", "mediator", "claimant_counsel", "expert", "stranger"):
            client = clients.get(other) or clients["stranger"]
            for kind in ("receipt", "receipt.pdf"):
                assert (await client.get(f"{told['url']}/{kind}?room={room_kind}")).status_code == 404, (other, kind)
    assert "/receipt" not in (await clients["respondent"].get(room(case, "joint"))).text


async def test_nobody_else_takes_an_exhibit_back(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"1")
    for name, status in (("mediator", 403), ("respondent", 404), ("expert", 404), ("stranger", 404)):
        assert (await post(clients[name], f"{told['url']}/withdraw-from", room="caucus")).status_code == status
        assert (await clients[name].get(f"{told['url']}/withdraw-from?room=caucus")).status_code == 404
    async with platform.unit() as uow:
        with pytest.raises(NotPermittedError):
            await withdraw_from_own_room(uow, case.people["claimant"], case.id, id_of(told), room="joint")


async def test_a_legal_hold_keeps_what_would_be_destroyed(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "private_claimant", content=b"1")
    async with platform.unit() as uow:
        await uow.vault.hold(uow.session, await item_of(platform, id_of(told)), held=True)
    assert (await post(clients["claimant"], f"{told['url']}/withdraw-from", room="private")).status_code == 409
    assert (await clients["claimant"].get(f"{told['url']}/file")).content == b"1"


async def test_an_exhibit_taken_back_from_the_table_keeps_its_versions_in_the_draft(platform, table):
    case, clients = table
    claire = clients["claimant"]
    told = await lodged(claire, case, "joint", content=b"1", title="Titre")
    await lodged(claire, case, "joint", content=b"2", replaces=told["id"], title="Titre")
    assert (await post(claire, f"{told['url']}/withdraw")).status_code == 303
    assert await rooms_of(platform, case, "claimant", told) == {"private": [(2, sha256(b"2")), (1, sha256(b"1"))]}
    with pytest.raises(NotFoundError):
        await rooms_of(platform, case, "respondent", told)
    async with platform.unit(write=False) as uow:
        page = await exhibits_in(uow, case.people["respondent"], case.id, case.spaces["joint"])
    (row,) = page.rows
    assert (row.withdrawn, row.number, row.by, row.title, row.id) == (True, "C-1", "Claire Demandeur", "", None)
    await post(claire, f"{told['url']}/share", into="joint")
    assert await rooms_of(platform, case, "respondent", told) == {"joint": [(2, sha256(b"2"))]}


async def test_a_redacted_copy_is_tied_to_its_original_without_telling_it(platform, table):
    case, clients = table
    claire, rene, mediator = clients["claimant"], clients["respondent"], clients["mediator"]
    original = await lodged(claire, case, "caucus_claimant", content=b"prix: 12", title="Prix", name="prix.txt")
    assert (await claire.get(f"{original['url']}/redact?room={case.spaces['joint']}")).status_code == 200
    copy = await lodged(
        claire, case, "joint", content=b"prix: XX", title="Prix masqu\xe9", name="p.txt", redacts=original["id"]
    )
    theirs = (await rene.get(copy["url"])).text
    assert "Version caviardée d’une pièce qui reste chez sa partie" in theirs  # noqa: RUF001 -- as it is written
    assert original["id"] not in theirs
    assert sha256(b"prix: 12")[:8] not in theirs
    assert (await rene.get(f"{copy['url']}/redaction")).status_code == 404
    opened = ""
    for client in (claire, mediator):
        assert original["url"] in (await client.get(copy["url"])).text
        proof = Redaction.from_json((await client.get(f"{copy['url']}/redaction")).content)
        assert proof.original_sha256 == hashlib.sha256(b"prix: 12").digest()
        assert proof.copy_sha256 == sha256(b"prix: XX")
        opened = redaction_commitment(proof.salt, proof.original_sha256).hex()
        assert proof.receipt.event["redacts"] == opened
    assert copy["url"] in (await claire.get(original["url"])).text
    (said,) = await events(platform, case, "joint")
    assert said["redacts"] == opened
    text = str(said)
    assert original["id"] not in text
    assert sha256(b"prix: 12") not in text
    async with platform.unit(write=False) as uow:
        view = await redaction_of(uow, case.people["respondent"], case.id, id_of(copy))
        assert view is not None
        assert view.original is None
        (listed,) = await copies_of(uow, case.people["claimant"], case.id, id_of(original))
        assert listed.number == "C-1"
        assert await redaction_of(uow, case.people["claimant"], case.id, id_of(original)) is None


async def test_only_ones_own_exhibit_is_redacted(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", content=b"1")
    apart = await lodged(clients["claimant"], case, "caucus_claimant", content=b"2")
    for name, of, status in (("respondent", told, 403), ("mediator", told, 403), ("respondent", apart, 404)):
        assert (await lodge(clients[name], case, "joint", content=b"x", redacts=of["id"])).status_code == status
    both = await lodge(clients["claimant"], case, "joint", content=b"x", redacts=told["id"], replaces=told["id"])
    assert both.status_code == 422


async def test_the_copy_made_of_an_exhibit_is_the_first_choice_when_a_redacted_form_is_asked(table):
    case, clients = table
    claire, mediator = clients["claimant"], clients["mediator"]
    original = await lodged(claire, case, "caucus_claimant", content=b"tout")
    await lodged(claire, case, "caucus_claimant", content=b"autre", title="Autre")
    copy = await lodged(claire, case, "caucus_claimant", content=b"t**t", title="Copie", redacts=original["id"])
    await post(mediator, f"{original['url']}/ask", purpose="Montrer", form="redacted")
    page = (await claire.get(f"{original['url']}/consent")).text
    assert f'<option value="{copy["id"]}" selected>' in page
    seen = page.split('name="seen" value="')[1][:36]
    assert (await post(claire, f"{original['url']}/consent", seen=seen, instead=copy["id"])).status_code == 303
    assert (await post(mediator, f"{original['url']}/disclose")).status_code == 303
    theirs = await clients["respondent"].get(copy["url"])
    assert "qui reste chez sa partie" in theirs.text
    assert (await clients["respondent"].get(original["url"])).status_code == 404


async def test_a_name_that_lies_is_told_at_the_deposit_on_the_page_and_in_the_list(table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", content=b"MZ\x90\x00" + bytes(60), name="facture.pdf")
    assert told["warnings"] == ["Le nom (.pdf) annonce\u00a0: document PDF. Le contenu est\u00a0: programme Windows."]
    for path in (told["url"], room(case, "joint")):
        assert "programme Windows" in (await clients["respondent"].get(path)).text


async def test_a_lost_race_for_an_older_version_leaves_both_rooms_whole(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "joint", content=b"1")
    async with platform.unit(write=False) as uow:
        before = await visible_exhibit(uow, case.people["claimant"], case.id, id_of(told))
    await lodged(clients["claimant"], case, "joint", content=b"2", replaces=told["id"])
    repeated = await lodge(clients["claimant"], case, "joint", content=b"2", replaces=told["id"])
    assert repeated.status_code == 409
    async with platform.unit(write=False) as uow:
        after = await visible_exhibit(uow, case.people["claimant"], case.id, id_of(told))
    assert (before.version, after.version) == (1, 2)
    assert [each.kind for each in after.placements] == [SpaceKind.JOINT]
