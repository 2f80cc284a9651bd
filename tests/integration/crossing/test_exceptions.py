"""Without consent: the law's two exceptions, minimal, on record, told at once or once nobody is in danger."""

import io
import json
import re
import zipfile
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from odr.archive.telling import exceptions_told
from odr.custody.rooms import shred_space
from odr.custody.shredding import shred_item
from odr.disputes.lifecycle import Stage
from odr.disputes.models import Dispute
from odr.disputes.queries import visible_dispute
from odr.errors import ConflictError, InvalidInputError, NotFoundError, NotPermittedError, WrongStageError
from odr.evidence.models import ExhibitVersion
from odr.evidence.scanning import Outcome
from odr.exceptions.commands import tell_of_exception, use_exception
from odr.exceptions.queries import exceptions_of, visible_exception
from odr.exceptions.weighing import MOST_DAYS, Recipient, Using, weigh_exception
from odr.ids import ExhibitId, LegalExceptionId
from odr.notices.models import Notice
from odr.spaces.commands import destroy_notes
from odr.spaces.queries import space_of
from odr.tasks import awaited
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import a_case
from tests.integration.agreements.at_the_table import set_table
from tests.integration.agreements.test_signing import sign
from tests.integration.evidence.hands import lodged, post, room
from tests.paper import attached, words

WORDS = "Il a dit qu'il attendrait son associé armé."
PROSECUTOR = Recipient("Parquet de Paris", "procureur de la République")
USING = Using(
    ground="integrity", matter="sentence", recipients=[PROSECUTOR], why="Un danger immédiat.", words=WORDS, read=True
)
FORM = {
    "ground": "integrity",
    "matter": "sentence",
    "words": WORDS,
    "name_1": PROSECUTOR.name,
    "office_1": PROSECUTOR.office,
    "why": "Un danger immédiat.",
}
EVERYBODY = ("claimant", "claimant_counsel", "respondent", "mediator", "expert", "stranger", "secretariat")


@pytest.fixture
async def table(platform, sign_in):
    case = await a_case(platform)
    return case, {name: await sign_in(case.people[name]) for name in EVERYBODY}


def but(**changes):
    fields = {name: getattr(USING, name) for name in USING.__slots__}
    return Using(**{**fields, **changes})


async def used(platform, case, using=USING, space="caucus_claimant", who="mediator"):
    async with platform.unit() as uow:
        return await use_exception(uow, case.people[who], case.id, case.spaces[space], using)


async def events(platform, case, space):
    async with platform.unit(write=False) as uow:
        return [event.event for event in await uow.vault.ledger.events(uow.session, case.ref(space))]


async def told_of(platform, case, name, kind="exception_used"):
    await Worker(platform).drain()
    async with platform.unit(write=False) as uow:
        account = case.people[name].account_id
        return await uow.session.scalar(
            select(func.count()).select_from(Notice).where(Notice.account_id == account, Notice.kind == kind)
        )


def one(case, exception_id):
    return f"/disputes/{case.id}/exceptions/{exception_id}"


async def test_the_mediator_reads_what_it_does_before_it_is_done(platform, table):
    case, clients = table
    path = f"{room(case, 'caucus_claimant')}/exceptions"
    maya = clients["mediator"]
    assert (await maya.get(f"/disputes/{case.id}/exceptions")).status_code == 200
    assert (await maya.get(f"{path}/new")).status_code == 200
    checked = await post(maya, f"{path}/check", **FORM)
    assert checked.status_code == 200
    assert "Société claimant est informée aussitôt" in checked.text
    assert "Parquet de Paris" in checked.text
    changed = await post(maya, path, **FORM, change="yes")
    assert changed.status_code == 200
    assert "attendrait son associé" in changed.text
    unread = await post(maya, path, **FORM)
    assert unread.status_code == 422
    assert "attendrait son associé" in unread.text
    wrong = await post(maya, f"{path}/check", **{**FORM, "words": "", "name_1": ""})
    assert wrong.status_code == 422
    assert "Un danger immédiat." in wrong.text  # nothing typed is lost
    later = await post(maya, path, **{**FORM, "days": "peu"}, read="yes")
    assert later.status_code == 422
    assert "ExceptionUsed" not in {event["event"] for event in await events(platform, case, "caucus_claimant")}
    done = await post(maya, path, **FORM, read="yes")
    assert done.status_code == 303
    assert WORDS.replace("'", "&#39;") in (await maya.get(done.headers["location"])).text


async def test_its_party_is_told_at_once_and_nobody_else_ever(platform, table):
    case, clients = table
    quiet = {name: (await clients[name].get(f"/disputes/{case.id}")).text for name in ("respondent", "secretariat")}
    made = await used(platform, case)
    for name in ("claimant", "claimant_counsel"):
        assert await told_of(platform, case, name) == 1
        assert "Parquet de Paris" in (await clients[name].get(one(case, made))).text
        assert "exceptions" in (await clients[name].get(f"/disputes/{case.id}")).text
    (remembered,) = [e for e in await events(platform, case, "caucus_claimant") if e["event"] == "ExceptionUsed"]
    assert remembered["rule"] == "V116"
    assert (remembered["ground"], remembered["matter"], remembered["recipients"]) == ("integrity", "sentence", 1)
    for space in ("joint", "procedure", "caucus_respondent", "notes"):
        assert not [e for e in await events(platform, case, space) if e["event"].startswith("Exception")], space
    for name in ("respondent", "expert", "stranger", "secretariat"):
        assert await told_of(platform, case, name) == 0
        for tail in ("", "/extract.zip"):
            assert (await clients[name].get(f"{one(case, made)}{tail}")).status_code == 404, (name, tail)
        assert (await post(clients[name], f"{one(case, made)}/tell")).status_code == 404
    for name, before in quiet.items():
        assert (await clients[name].get(f"/disputes/{case.id}")).text == before
    assert (await post(clients["claimant"], f"{one(case, made)}/tell")).status_code == 403
    assert (await post(clients["mediator"], f"{one(case, made)}/tell")).status_code == 409
    assert one(case, made) not in (await clients["respondent"].get(f"/disputes/{case.id}/exceptions")).text
    assert (await clients["secretariat"].get(f"/disputes/{case.id}/exceptions")).status_code == 404


async def test_where_a_person_is_in_danger_its_party_learns_of_it_later_and_by_nothing_before(platform, table, clock):
    case, clients = table
    claire, maya = case.people["claimant"], case.people["mediator"]
    before = await events(platform, case, "caucus_claimant")
    quiet = (await clients["claimant"].get(f"/disputes/{case.id}")).text
    made = await used(platform, case, but(days=30, silence="Il la menace si elle parle."))
    assert await events(platform, case, "caucus_claimant") == before
    assert (await clients["claimant"].get(f"/disputes/{case.id}")).text == quiet
    assert (await clients["claimant"].get(one(case, made))).status_code == 404
    assert await told_of(platform, case, "claimant") == 0
    (noted,) = [event for event in await events(platform, case, "notes") if event["event"] == "ExceptionNoted"]
    page = await clients["mediator"].get(one(case, made))
    assert "Il la menace" in page.text
    async with platform.unit(write=False) as uow:
        assert await exceptions_of(uow, claire, case.id) == ()
        tasks = await awaited(uow, maya, await visible_dispute(uow, maya, case.id))
        assert [task.until for task in tasks if task.href == one(case, made)] == [
            (await visible_exception(uow, maya, case.id, made)).tell_by
        ]
    async with platform.unit() as uow:
        with pytest.raises(ConflictError):  # a room whose party has yet to be told something stays
            await shred_space(uow, case.id, case.spaces["caucus_claimant"])
    clock.advance(days=32)
    assert await told_of(platform, case, "claimant") == 1
    (said,) = [e for e in await events(platform, case, "caucus_claimant") if e["event"] == "ExceptionUsed"]
    assert (said["used_at"], said["rule"], said["actor_id"]) == (noted["used_at"], "V117", None)
    async with platform.unit(write=False) as uow:
        assert (await visible_exception(uow, claire, case.id, made)).silence == "Il la menace si elle parle."
    clock.advance(days=100)
    assert await told_of(platform, case, "claimant") == 1
    assert await told_of(platform, case, "respondent") == 0


async def test_the_mediator_tells_earlier_when_the_danger_is_over(platform, table, clock):
    case, clients = table
    made = await used(platform, case, but(days=MOST_DAYS, silence="Elle est menacée."))
    before_the_end = zipped(await clients["mediator"].get(f"{one(case, made)}/extract.zip"))
    assert json.loads(before_the_end.read("recus/divulgation.json"))["event"]["event"] == "ExceptionNoted"
    assert (await post(clients["mediator"], f"{one(case, made)}/tell")).status_code == 303
    assert await told_of(platform, case, "claimant") == 1
    clock.advance(days=MOST_DAYS + 2)
    assert await told_of(platform, case, "claimant") == 1


def zipped(answer):
    assert answer.status_code == 200, answer.text
    assert int(answer.headers["content-length"]) == len(answer.content)
    packed = zipfile.ZipFile(io.BytesIO(answer.content))
    assert packed.testzip() is None
    return packed


async def test_the_extract_holds_the_one_exhibit_its_proofs_and_no_more(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"menaces" * 9, title="Courriel")
    other = await lodged(clients["claimant"], case, "caucus_claimant", content=b"autre", title="Zirconite")
    using = but(matter="exhibit", words="", exhibit_id=ExhibitId(UUID(told["id"])))
    made = await used(platform, case, using)
    packed = zipped(await clients["mediator"].get(f"{one(case, made)}/extract.zip"))
    names = packed.namelist()
    assert names[:3] == ["extrait.pdf", "recus/divulgation.json", "recus/piece.json"]
    assert packed.read(names[3]) == b"menaces" * 9
    sheet = packed.read("extrait.pdf")
    facts = json.loads(attached(sheet, "extract.json"))
    assert facts["sha256"] == told["sha256"]
    assert facts["recipients"] == [{"name": PROSECUTOR.name, "office": PROSECUTOR.office}]
    for unsaid in ("danger immédiat", "Zirconite"):
        assert unsaid not in words(sheet)
        assert unsaid not in json.dumps(facts, ensure_ascii=False)
    assert json.loads(packed.read("recus/piece.json"))["event"]["sha256"] == told["sha256"]
    assert json.loads(packed.read("recus/divulgation.json"))["event"]["sha256"] == told["sha256"]
    again = zipped(await clients["claimant"].get(f"{one(case, made)}/extract.zip"))
    assert again.read("extrait.pdf") == sheet
    elsewhere = but(matter="exhibit", words="", exhibit_id=ExhibitId(UUID(other["id"])))
    with pytest.raises(InvalidInputError) as refused:
        await used(platform, case, elsewhere, "caucus_respondent")
    assert refused.value.fields == {"exhibit": "choose_one"}


async def test_an_extract_leaves_out_what_is_infected_until_its_reader_says_why_and_what_was_destroyed(platform, table):
    case, clients = table
    told = await lodged(clients["claimant"], case, "caucus_claimant", content=b"menaces" * 9, title="Courriel")
    made = await used(platform, case, but(matter="exhibit", words="", exhibit_id=ExhibitId(UUID(told["id"]))))
    async with platform.unit() as uow:
        infected = {"scan": Outcome.INFECTED, "scan_engine": "ClamAV", "scanned_at": uow.now()}
        this = ExhibitVersion.exhibit_id == UUID(told["id"])
        await uow.session.execute(update(ExhibitVersion).where(this).values(infected))
    path = one(case, made)

    async def extract(name):
        packed = zipped(await clients[name].get(f"{path}/extract.zip"))
        facts = json.loads(attached(packed.read("extrait.pdf"), "extract.json"))
        return packed.namelist(), facts["file"], words(packed.read("extrait.pdf"))

    names, beside, said = await extract("claimant")
    assert (len(names), beside) == (3, "infected")
    assert "est pas joint" in said
    page = (await clients["claimant"].get(path)).text
    (link,) = re.findall(rf'href="({told["url"]}/infected[^"]*)"', page)
    assert (await clients["claimant"].get(link)).status_code == 200
    assert (await post(clients["claimant"], f"{told['url']}/infected", reason="Pour l'expertise.")).status_code == 303
    names, beside, said = await extract("claimant")
    assert (len(names), beside) == (4, "there_infected")
    assert "virus" in said
    assert (await extract("mediator"))[1] == "infected"  # each for oneself
    async with platform.unit() as uow:
        await shred_item(uow, case.id, ExhibitId(UUID(told["id"])))
    names, beside, said = await extract("claimant")
    assert beside == "destroyed"
    assert not [name for name in names if name.startswith("piece/")]
    assert "détruit depuis" in said
    assert "joint à ce document" not in said


@pytest.mark.parametrize(
    ("changes", "space", "fields"),
    [
        ({"ground": "any"}, "caucus_claimant", {"ground": "choose_one"}),
        ({"matter": "passage"}, "caucus_claimant", {"matter": "not_this_ground"}),
        (
            {"ground": "performance", "matter": "sentence"},
            "caucus_claimant",
            {"matter": "not_this_ground", "ground": "not_here"},
        ),
        ({"ground": "performance", "matter": "existence"}, "caucus_claimant", {"ground": "not_here"}),
        ({"words": " "}, "caucus_claimant", {"words": "required"}),
        ({"words": "x" * 601}, "caucus_claimant", {"words": "too_long"}),
        ({"why": ""}, "caucus_claimant", {"why": "required"}),
        ({"recipients": []}, "caucus_claimant", {"name_1": "required", "office_1": "required"}),
        (
            {"recipients": [PROSECUTOR, Recipient("Le maire", "")]},
            "caucus_claimant",
            {"office_2": "required"},
        ),
        ({"matter": "exhibit"}, "joint", {"exhibit": "choose_one"}),
        ({"ground": "public_order", "days": 3, "silence": "x"}, "joint", {"days": "tell_at_once"}),
        ({"days": 3}, "joint", {"silence": "required"}),
        ({"days": 91, "silence": "x"}, "joint", {"days": "bad_days"}),
        ({"days": -1, "silence": "x"}, "joint", {"days": "bad_days"}),
        ({"read": False}, "joint", {"read": "required"}),
    ],
)
async def test_what_the_law_does_not_let_out_is_refused(platform, changes, space, fields):
    case = await a_case(platform)
    with pytest.raises(InvalidInputError) as refused:
        await used(platform, case, but(**changes), space)
    assert refused.value.fields == fields


async def test_nobody_but_the_mediator_of_an_open_dispute_uses_one(platform):
    case = await a_case(platform)
    for who, space, error in (
        ("claimant", "caucus_claimant", NotPermittedError),
        ("claimant", "joint", NotPermittedError),
        ("respondent", "caucus_claimant", NotFoundError),
        ("secretariat", "joint", NotFoundError),
        ("stranger", "joint", NotFoundError),
        ("mediator", "private_claimant", NotFoundError),
        ("mediator", "notes", NotFoundError),
    ):
        with pytest.raises(error):
            await used(platform, case, USING, space, who)
    async with platform.unit() as uow:
        with pytest.raises(NotFoundError):
            await tell_of_exception(uow, case.people["mediator"], case.id, LegalExceptionId(case.id))
        await destroy_notes(uow, case.id, procedure_id=case.spaces["procedure"], actor_id=None)
    with pytest.raises(InvalidInputError) as refused:
        await used(platform, case, but(days=3, silence="x"))
    assert refused.value.fields == {"days": "no_notes"}
    async with platform.unit() as uow:
        (await uow.session.get_one(Dispute, case.id)).stage = Stage.INVITED
    with pytest.raises(WrongStageError):
        await used(platform, case)


async def test_performing_the_agreement_lets_out_the_agreement_alone_and_both_sides_are_told(platform):
    settled = await set_table(platform, Stage.OPEN)
    case, passage = settled.case, "Une remise de 25 %   est consentie."
    existence = but(ground="performance", matter="existence", words="", recipients=[Recipient("Banque", "séquestre")])
    with pytest.raises(ConflictError, match="no_agreement"):
        await used(platform, case, existence, "joint")
    agreement = await settled.frozen()
    for who in ("claimant", "respondent"):
        await sign(settled, who, agreement)
    other = but(ground="performance", matter="passage", words="Une remise de 50 % est consentie.")
    with pytest.raises(InvalidInputError) as refused:
        await used(platform, case, other, "joint")
    assert refused.value.fields == {"words": "not_these_words"}
    for using in (existence, but(ground="performance", matter="passage", words=passage)):
        await used(platform, case, using, "joint")
    for who in ("claimant", "respondent"):
        assert await told_of(platform, case, who) == 2
    async with platform.unit(write=False) as uow:
        views = await exceptions_of(uow, case.people["respondent"], case.id)
        assert {view.sha256 for view in views if view.matter == "existence"} == {agreement.version.digest.hex()}
        (await uow.session.get_one(Dispute, case.id)).stage = Stage.DISPOSED
        with pytest.raises(WrongStageError):
            await weigh_exception(uow, case.people["mediator"], case.id, case.spaces["joint"], USING)


async def test_the_sealed_record_tells_what_the_whole_table_was_told_and_nothing_of_a_caucus(platform):
    case = await a_case(platform)
    await used(platform, case)
    await used(platform, case, USING, "joint")
    await used(platform, case, but(days=3, silence="Elle est menacée."), "joint")
    async with platform.unit(write=False) as uow:
        joint = await space_of(uow, case.id, SpaceKind.JOINT)
        end = len(await uow.vault.ledger.events(uow.session, joint.ref))
        (told,) = await exceptions_told(uow, joint, end)
        assert (told["words"], told["told_late_because"]) == (WORDS, "")
        assert await exceptions_told(uow, joint, 0) == []


async def test_a_program_uses_one_and_its_party_reads_it(table, program):
    case, _clients = table
    mediator, claimant = await program(case.people["mediator"]), await program(case.people["claimant"])
    body = {
        "ground": "integrity",
        "matter": "sentence",
        "words": WORDS,
        "why": "Un danger.",
        "recipients": [{"name": PROSECUTOR.name, "office": PROSECUTOR.office}],
        "days": 9,
        "silence": "Elle est menacée.",
    }
    path = f"{room(case, 'caucus_claimant')}/exceptions"
    assert (await mediator.post(path, json=body)).status_code == 422
    assert (await claimant.post(path, json={**body, "read": True})).status_code == 403
    made = await mediator.post(path, json={**body, "read": True})
    assert made.status_code == 201, made.text
    here = one(case, made.json()["id"])
    assert (await claimant.get(f"/disputes/{case.id}/exceptions")).json() == []
    assert (await claimant.get(here)).status_code == 404
    assert (await mediator.post(f"{here}/tell")).is_success
    assert (await claimant.get(here)).json()["words"] == WORDS
    assert len((await claimant.get(f"/disputes/{case.id}/exceptions")).json()) == 1
    assert (await claimant.get(f"{here}/extract.zip")).content.startswith(b"PK")
