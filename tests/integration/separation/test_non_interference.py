"""Two lives of one dispute, that differ only in what the claimant did apart: the respondent sees the same."""

import json
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

from sqlalchemy import update

from odr.evidence.commands import share_exhibit
from odr.evidence.consents import give_consent, refuse_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.recording import About
from odr.evidence.withdrawing import take_back
from odr.ids import ExhibitId
from odr.people.models import SeatRow
from odr.platform import Platform
from odr.settings import FolderMail
from odr.spaces.commands import post_message
from odr.worker import Worker
from tests.application import application
from tests.builders import Case, Hands, a_case, a_platform
from tests.integration.separation.marked import pieces
from tests.integration.separation.walking import Seen, a_walker, routes
from tests.paper import attached, words

BEGINNING = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
LOG_LINE = re.compile(r"(Registre|Log) entente.*?\.")  # the log's size and its key: drawn by lot, or the tick's
LENGTH = b"content-length"  # of a receipt: it holds numbers drawn by lot
PROOF = re.compile(rb"entente-(receipt|existence)/v1")
UUIDS = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
DRAWN = re.compile(  # what is drawn by lot, each time anew: tokens, references, addresses, salts and hashes of proofs
    rb"(?m)\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}|"
    rb'name="csrf_token" value="[0-9a-f]*"|"X-CSRF-Token": "[0-9a-f]*"|M-[0-9A-Z]{4}-[0-9A-Z]{4}'
    rb"|\.[0-9a-f]{6}@example|\b[0-9a-f]{8}\b(?!-)|^[A-Za-z0-9+/]{43}=$|^\xe2\x80\x94 \S+ [A-Za-z0-9+/]+={0,2}$"
)


class Still(Hands):
    """A clock that stands where the story says."""

    def __init__(self) -> None:
        super().__init__()
        self.at = BEGINNING

    def __call__(self) -> datetime:
        return self.at + self.offset


async def put(platform: Platform, case: Case, who: str, space: str, name: str) -> ExhibitId:
    about = About(name, ExhibitKind.LETTER, Origin.PRODUCED, None, again=True)
    content = f"{name}\n".encode() * 50
    lodged = await lodge(
        platform, case.people[who], case.id, case.spaces[space], about=about, name=f"{name}.txt", chunks=pieces(content)
    )
    return lodged.exhibit_id


async def say(platform: Platform, case: Case, who: str, space: str, text: str) -> None:
    async with platform.unit() as uow:
        await post_message(uow, case.people[who], case.id, case.spaces[space], text=text)


async def be_busy_apart(platform: Platform, case: Case) -> None:
    """All that may happen between the claimant and the mediator, and that nobody else may notice."""
    mediator, claimant = case.people["mediator"], case.people["claimant"]
    for each in range(3):
        await put(platform, case, "claimant", "private_claimant", f"brouillon {each}")
        asked_for = await put(platform, case, "claimant", "caucus_claimant", f"aparté {each}")
        await say(platform, case, "claimant", "caucus_claimant", f"entre nous {each}")
        await say(platform, case, "mediator", "notes", f"note {each}")
        async with platform.unit() as uow:
            asked = await ask_disclosure(uow, mediator, case.id, asked_for, purpose="pour avancer", form="original")
            if each:
                await refuse_consent(uow, claimant, case.id, asked_for, reason="non")
            else:
                await give_consent(uow, claimant, case.id, asked_for, seen=asked)


async def live(platform: Platform, clock: Still, *, busy: bool) -> Case:
    """The same story at the same minutes; between its lines, the claimant is busy apart, or is not."""
    case = await a_case(platform)
    worker = Worker(platform)
    async with platform.unit() as uow:  # people came one after the other: lists of them have one order
        for minutes, seat in enumerate(actor.seats[0].seat_id for actor in case.people.values() if actor.seats):
            since = BEGINNING - timedelta(days=30, minutes=-minutes)
            await uow.session.execute(update(SeatRow).where(SeatRow.id == seat).values(since=since))

    async def next_hour(steps: int = 1) -> None:
        if busy and steps:
            await be_busy_apart(platform, case)
        clock.at = BEGINNING + timedelta(hours=next_hour.calls)  # type: ignore[attr-defined]  # counted on itself
        next_hour.calls += 1  # type: ignore[attr-defined]  # same
        await worker.queue_recurring()
        await worker.drain()

    next_hour.calls = 1  # type: ignore[attr-defined]  # same
    await put(platform, case, "respondent", "joint", "réponse")
    await next_hour()
    crossing = await put(platform, case, "claimant", "caucus_claimant" if busy else "joint", "contrat")
    if busy:  # what the mediator discloses enters as if its party had lodged it
        async with platform.unit() as uow:
            mediator = case.people["mediator"]
            asked = await ask_disclosure(uow, mediator, case.id, crossing, purpose="pour tous", form="original")
            await give_consent(uow, case.people["claimant"], case.id, crossing, seen=asked)
            await disclose(uow, mediator, case.id, crossing)
    await next_hour()
    if busy:
        shared = await put(platform, case, "claimant", "private_claimant", "planning")
        async with platform.unit() as uow:
            await share_exhibit(uow, case.people["claimant"], case.id, shared, into="joint")
    else:
        shared = await put(platform, case, "claimant", "joint", "planning")
    await say(platform, case, "mediator", "joint", "Bonjour à tous.")
    await next_hour()
    async with platform.unit() as uow:
        await take_back(uow, case.people["claimant"], case.id, shared)
    await put(platform, case, "respondent", "caucus_respondent", "à part")
    await put(platform, case, "claimant", "joint", "facture")
    await next_hour()
    await next_hour(0)
    return case


def plain(value: Any, key: str = "") -> Any:
    """A JSON answer without what is drawn by lot; a proof's steps are counted, its place in the lot is not."""
    if isinstance(value, dict):
        gone = {"slot", "checkpoint"} | ({"index", "key"} if "width" in value or "key" in value else set())
        return {name: plain(inner, name) for name, inner in sorted(value.items()) if name not in gone}
    if isinstance(value, list):
        return [plain(inner, key) for inner in value]
    if isinstance(value, str) and key in {"salt", "path"}:
        return len(value)
    return value


def plainly(answer: Seen, case: Case) -> tuple[str, int, tuple[Any, ...], str]:
    """An answer without clocks, tokens and ids drawn by lot."""

    def blank(text: bytes) -> bytes:
        return DRAWN.sub(b"DRAWN", UUIDS.sub(b"ID", text))

    body = answer.body
    if answer.body.startswith(b"{") and PROOF.search(answer.body):
        body = json.dumps(plain(json.loads(body))).encode()
    elif answer.body.startswith(b"%PDF") and (machine := attached(answer.body, "receipt.json")):
        said = LOG_LINE.sub("LOG", words(answer.body).partition("receipt.json")[0])
        body = f"{said} {json.dumps(plain(json.loads(machine)))}".encode()
    gone = {LENGTH} if body is not answer.body else {b"etag"} if answer.asked.startswith("/log/") else set()
    headers = tuple((name, blank(value)) for name, value in answer.headers if name not in gone)
    asked = blank(answer.asked.replace(str(case.id), "CASE").encode()).decode()
    return asked, answer.status, headers, blank(body).decode("utf-8", "replace")


async def what_is_seen(directory: Path, *, busy: bool) -> tuple[Counter[Any], list[str]]:
    clock = Still()
    async with a_platform(directory, clock=clock) as platform:
        case = await live(platform, clock, busy=busy)
        async with a_walker(platform, application(platform), case.people["respondent"]) as walker:
            seen = await walker.crawl("/", "/disputes", f"/disputes/{case.id}")
            rooms = [case.spaces["joint"], case.spaces["caucus_respondent"]]
            listed = await walker.ask(f"/api/v1/disputes/{case.id}/rooms/{rooms[0]}/exhibits")
            exhibits = [each["id"] for each in json.loads(listed.body)["exhibits"] if each["id"]]
            for route in routes(platform, "GET"):
                names = set(route.parameters)
                if names == {"dispute_id"}:
                    seen.append(await walker.ask(route.fill({"dispute_id": str(case.id)})))
                for name, values in (("space_id", rooms), ("exhibit_id", exhibits)):
                    if names == {"dispute_id", name}:
                        for value in values:
                            asked = route.fill({"dispute_id": str(case.id), name: str(value)})
                            seen.append(await walker.ask(asked))
        assert isinstance(platform.settings.mail, FolderMail)
        mails = [
            message_from_bytes(path.read_bytes(), policy=default) for path in platform.settings.mail.path.glob("*")
        ]
        to_respondent = [str(mail["Subject"]) for mail in mails if "rené" in str(mail["To"]).lower()]
        subjects = sorted(re.sub(r"M-\w{4}-\w{4}", "M", subject) for subject in to_respondent)
    return Counter(plainly(answer, case) for answer in seen), subjects


async def test_nothing_that_the_claimant_does_apart_changes_what_the_respondent_sees(tmp_path: Path) -> None:
    for name in ("quiet", "busy"):
        (tmp_path / name).mkdir()
    quiet, told_quietly = await what_is_seen(tmp_path / "quiet", busy=False)
    busy, told_busily = await what_is_seen(tmp_path / "busy", busy=True)
    assert len(quiet) > 40
    only = {"quiet": quiet - busy, "busy": busy - quiet}
    differences = [(kind, *answer) for kind, answers in only.items() for answer in answers]
    assert not differences, sorted(differences, key=lambda each: (each[1], each[0]))
    assert told_quietly == told_busily


async def test_joint_numbers_have_no_gap_and_receipts_count_their_own_room_only(tmp_path: Path) -> None:
    clock = Still()
    async with a_platform(tmp_path, clock=clock) as platform:
        case = await live(platform, clock, busy=True)
        async with a_walker(platform, application(platform), case.people["respondent"]) as walker:
            joint = await walker.ask(f"/api/v1/disputes/{case.id}/rooms/{case.spaces['joint']}/exhibits")
            lines = json.loads(joint.body)["exhibits"]
            assert [line["number"] for line in lines] == ["C-1", "C-2", "C-3", "R-1"]
            sizes: dict[str, set[tuple[int, int]]] = {}
            for line in lines:
                if line["id"]:
                    got = await walker.ask(f"/api/v1/disputes/{case.id}/exhibits/{line['id']}/receipt")
                    space = json.loads(got.body)["space"]
                    sizes.setdefault(space["pseudonym"], set()).add((space["index"], space["size"]))
            assert len(sizes) == 1, "the joint room has one tree"
            (places,) = sizes.values()
            joint_events = 6  # four lodged, one taken back, one message
            assert max(size for _index, size in places) == joint_events
            assert all(index < size for index, size in places)
