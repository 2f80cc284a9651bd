"""A dispute in which everything that is said, named or lodged bears a word of its own, and who may know each word."""

import hashlib
import random
import string
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select, update

from odr.agreements.commands import begin_settlement, remark, save_version
from odr.agreements.drafting import draft_of
from odr.agreements.lookup import row_of, text_of_version
from odr.appointment.objections import raise_objection
from odr.appointment.queries import appointments_of
from odr.crossing.commands import Asked, propose_statement
from odr.disputes.filing import Draft, save_draft
from odr.disputes.models import Dispute
from odr.disputes.team import invite_team_member
from odr.evidence.commands import share_exhibit
from odr.evidence.consents import give_consent, refuse_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin
from odr.evidence.openings import open_exhibit
from odr.evidence.recording import About
from odr.evidence.uploads import begin_upload
from odr.exceptions.commands import use_exception
from odr.exceptions.weighing import Recipient, Using
from odr.expertise.commands import accept_mission, open_mission
from odr.expertise.examining import post_report, supply_exhibits, write_note
from odr.expertise.models import Mission
from odr.ids import AccountId, ExhibitId, MeetingId, MissionId, QuarantineId, SpaceId
from odr.losses.commands import add_line, remove_line
from odr.losses.lines import TypedLine
from odr.losses.sharing import prepare_share, share_losses
from odr.mandates.commands import TypedMandate, write_mandate
from odr.offers.answering import refuse_offer
from odr.offers.commands import TypedOffer, make_offer
from odr.people.commands import start_session
from odr.people.models import SeatRow
from odr.people.queries import load_actor
from odr.platform import Platform
from odr.sessions.commands import call_meeting
from odr.sessions.keeping import contest_minutes, draft_minutes, publish_minutes
from odr.sessions.models import Meeting, MeetingState
from odr.sessions.plan import Plan
from odr.spaces.commands import post_message
from odr.unit_of_work import UnitOfWork
from odr.visibility.actor import Actor, CentreRole
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import Case, Hands, a_case, an_account, nobody_objects
from vault import SpaceRef

CLAIMANTS = frozenset({"claimant", "counsel"})
RESPONDENTS = frozenset({"respondent"})
PARTIES = CLAIMANTS | RESPONDENTS
TABLE = PARTIES | {"mediator"}
SEATED = TABLE | {"expert", "second_expert"}
CENTRE = frozenset({"secretariat"})
ELSEWHERE = frozenset({"stranger"})  # the claimant of another dispute
ROLES = (*sorted(SEATED), "secretariat", "archivist", "administrator", "stranger", "other_mediator", "nobody")

# THE table of this test: where a thing is → who may know any of it, under docs/visibility.md
KNOWN_TO = {
    "private_claimant": CLAIMANTS,
    "private_respondent": RESPONDENTS,
    "caucus_claimant": CLAIMANTS | {"mediator"},
    "caucus_respondent": RESPONDENTS | {"mediator"},
    "notes": frozenset({"mediator"}),
    "joint": TABLE,
    "joint room": TABLE | {"expert"},  # the room itself: an expert reads and posts in it (V16, V65)
    "supplied": TABLE | {"expert"},
    "desk": frozenset({"expert"}),
    "second_desk": frozenset({"second_expert"}),
    "mission": TABLE | {"expert"},
    "second_mission": TABLE | {"second_expert"},
    "report": TABLE | {"expert"},
    "procedure": SEATED | CENTRE,
    "team_claimant": CLAIMANTS,
    "team_respondent": RESPONDENTS,
    "objection_claimant": CLAIMANTS | CENTRE,
    "objection_respondent": RESPONDENTS | CENTRE,
    "contested_mission": TABLE,
    "agreement": TABLE,
    "draft_elsewhere": ELSEWHERE,
    "elsewhere": ELSEWHERE | CENTRE | {"other_mediator"},
    "keepers": frozenset({"archivist", "secretariat"}),  # who look after the archive
    "nowhere": frozenset(),
    **{f"account of {role}": frozenset({role}) for role in ROLES},
}


@dataclass
class Mark:
    """Something that only some may know: every way of writing it, and where it belongs."""

    name: str
    place: str
    needles: tuple[bytes, ...]


@dataclass
class Marked:
    """The case, another dispute beside it, everybody by role, and the marks."""

    case: Case
    other: Case
    people: dict[str, Actor | None]
    marks: list[Mark] = field(default_factory=list)
    exhibits: dict[str, ExhibitId] = field(default_factory=dict)
    missions: dict[str, MissionId] = field(default_factory=dict)
    asked_of_both: set[QuarantineId] = field(default_factory=set)  # who had read it is asked about copies
    words: dict[str, str] = field(default_factory=dict)
    chance: random.Random = field(default_factory=lambda: random.Random(20261122))  # noqa: S311 -- words, no secrets

    def word(self, name: str, place: str) -> str:
        """A word that stands nowhere else."""
        made = "Zq" + "".join(self.chance.choices(string.ascii_lowercase, k=10))
        self.words[name] = made
        self.marks.append(Mark(f"word {name}", place, tuple(_cases(made))))
        return made

    def actor(self, role: str) -> Actor:
        actor = self.people[role]
        assert actor is not None
        return actor

    def hide(self, name: str, place: str, *needles: str) -> None:
        self.marks.append(Mark(name, place, tuple(needle.encode() for needle in needles)))

    def forbidden(self, role: str) -> list[Mark]:
        return [mark for mark in self.marks if role not in KNOWN_TO[mark.place]]


def _cases(word: str) -> list[bytes]:
    return [word.encode(), word.lower().encode(), word.upper().encode()]


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


async def lay(
    platform: Platform, marked: Marked, who: str, space: str, name: str, place: str, kind: ExhibitKind, **how: object
) -> ExhibitId:
    """Lodge a file whose title, name, bytes, digest and size are all marks."""
    actor = marked.people[who]
    assert actor is not None
    title, file, inner = (marked.word(f"{part} of {name}", place) for part in ("title", "file name", "bytes"))
    size = marked.chance.randrange(41_011, 98_989)
    head = b"%PDF-1.7\n" if kind is ExhibitKind.REPORT else b"text\n"
    content = (head + f"{inner}\n".encode() * (size // (len(inner) + 1) + 1))[:size]
    redacts: ExhibitId | None = how.get("redacts")  # type: ignore[assignment]  # tests hand an id
    about = About(title, kind, Origin.PRODUCED, date(2025, 3, 1), again=False, redacts=redacts)
    case: Case = how.get("case", marked.case)  # type: ignore[assignment]  # tests hand a Case
    lodged = await lodge(
        platform, actor, case.id, case.spaces[space], about=about, name=f"{file}.txt", chunks=pieces(content)
    )
    digest = hashlib.sha256(content).hexdigest()
    marked.exhibits[name] = lodged.exhibit_id
    marked.hide(f"digest of {name}", place, digest, " ".join(digest[at : at + 8] for at in range(0, 64, 8)))
    marked.hide(f"size of {name}", place, f'value="{size}"', f":{size},", f":{size}}}", f"bytes */{size}")
    return lodged.exhibit_id


async def a_marked_case(platform: Platform, clock: Hands) -> Marked:
    """Every room of a dispute filled by the rooms' own commands, a refusal and a disclosure included."""
    case, other = await a_case(platform), await a_case(platform)
    people: dict[str, Actor | None] = {
        **{role: case.people[role] for role in ("claimant", "respondent", "mediator", "secretariat", "archivist")},
        "counsel": case.people["claimant_counsel"],
        "expert": await an_account(platform, "Éva Première", CentreRole.EXPERT),
        "second_expert": await an_account(platform, "Otto Second", CentreRole.EXPERT),
        "administrator": await an_account(platform, "Ada Régie", CentreRole.ADMINISTRATOR),
        "stranger": other.people["claimant"],
        "other_mediator": other.people["mediator"],
        "nobody": None,
    }
    async with platform.unit() as uow:  # the builder's own expert has no mission: this seat is ended
        await uow.session.execute(
            update(SeatRow).where(SeatRow.account_id == case.people["expert"].account_id).values(until=uow.now())
        )
    marked = Marked(case, other, people)
    await _name_the_procedure(platform, marked)
    await _lodge_everywhere(platform, marked)
    await _speak_everywhere(platform, marked)
    await _disclose(platform, marked)
    await _have_examined(platform, marked)
    await _object(platform, marked)
    await _wait_apart(platform, marked)
    await _draft(platform, marked)
    await _begin_elsewhere(platform, marked)
    await settle_jobs(platform, clock)
    return marked


async def _name_the_procedure(platform: Platform, marked: Marked) -> None:
    case = marked.case
    title, facts, wished, declared = (
        marked.word(name, "procedure") for name in ("dispute's title", "facts", "wished", "mediator's interests")
    )
    amount = 7_193_517
    marked.hide("amount", "procedure", "71935.17", "7193517", "71 935", "71\u202f935", "71\xa0935", "71,935")
    async with platform.unit() as uow:
        procedure = SpaceRef(case.id, case.spaces["procedure"])
        statement = f'{{"contract": "c", "facts": "{facts}", "wished": "{wished}"}}'
        await uow.session.execute(
            update(Dispute)
            .where(Dispute.id == case.id)
            .values(
                title=title,
                amount_cents=amount,
                convention_signed_at=uow.now(),
                term_ends=uow.now() + timedelta(days=60),
                statement_sealed=await uow.vault.seal_text(uow.session, procedure, case.id, statement),
            )
        )
        mediator = _actor(marked, "mediator")
        seat = mediator.seats[0].seat_id
        sealed = await uow.vault.seal_text(uow.session, procedure, seat, declared)
        await uow.session.execute(update(SeatRow).where(SeatRow.id == seat).values(declaration_sealed=sealed))
    for side, ceiling in (("claimant", "31415.92"), ("respondent", "27182.81")):
        await _keep_for_oneself(platform, marked, side, ceiling)


async def _keep_for_oneself(platform: Platform, marked: Marked, side: str, ceiling: str) -> None:
    """A mandate, losses, and an invitation into the team: each side's own."""
    case, actor, team = marked.case, _actor(marked, side), f"team_{side}"
    async with platform.unit() as uow:
        await write_mandate(
            uow,
            actor,
            case.id,
            actor.seats[0].seat_id,
            TypedMandate(ceiling, unlimited=False, given_by="Zoé Gérante", given_on="2026-01-15"),
        )
        for place, into in (
            (f"caucus_{side}", SpaceKind.CAUCUS),
            ("joint", SpaceKind.JOINT),
            (f"private_{side}", None),
        ):
            line = TypedLine("other", marked.word(f"{side}'s loss counted in {place}", place), "12 × 7")
            line_id = await add_line(uow, actor, case.id, line)
            if into is not None:
                seen = (await prepare_share(uow, actor, case.id, into)).sha256.hex()
                await share_losses(uow, actor, case.id, into, digest_seen=seen)
                await remove_line(uow, actor, case.id, line_id, seen=1)
        grouped = [f"{ceiling[:2]}{gap}{ceiling[2:5]}" for gap in (" ", "\u202f", "\xa0", ",")]
        marked.hide(f"mandate of {side}", team, ceiling, ceiling.replace(".", ""), *grouped)
        invited = marked.word(f"team link's name of {side}", team)
        address = marked.word(f"team link's address of {side}", team).lower()
        token = await invite_team_member(
            uow, actor, case.id, email=f"{address}@example.org", name=invited, role="member", language="fr"
        )
        marked.hide(f"team link's token of {side}", "nowhere", token)
        marked.hide(f"session of {side}", "nowhere", (await start_session(uow, actor.account_id, device="")).token)


async def _lodge_everywhere(platform: Platform, marked: Marked) -> None:
    contract = ExhibitKind.CONTRACT
    for side in ("claimant", "respondent"):
        for space in ("private", "caucus", "joint"):
            where = f"{space}_{side}" if space != "joint" else "joint"
            await lay(platform, marked, side, where, f"{space} {side}", where, contract)
        await lay(platform, marked, side, f"caucus_{side}", f"refused {side}", f"caucus_{side}", contract)
        await lay(platform, marked, side, f"caucus_{side}", f"disclosed {side}", "joint", contract)
        await lay(platform, marked, side, f"private_{side}", f"shared {side}", "joint", contract)
        async with platform.unit() as uow:
            shared = marked.exhibits[f"shared {side}"]
            await share_exhibit(uow, _actor(marked, side), marked.case.id, shared, into="joint")
    await lay(platform, marked, "claimant", "joint", "supplied", "supplied", contract)
    await lay(platform, marked, "mediator", "caucus_claimant", "mediator's paper", "caucus_claimant", contract)


async def _speak_everywhere(platform: Platform, marked: Marked) -> None:
    case = marked.case
    said = (
        ("claimant", "caucus_claimant"),
        ("mediator", "caucus_claimant"),
        ("respondent", "caucus_respondent"),
        ("mediator", "caucus_respondent"),
        ("mediator", "notes"),
        ("mediator", "joint"),
        ("claimant", "joint"),
    )
    async with platform.unit() as uow:
        for who, space in said:
            word = marked.word(f"{who} in {space}", space)
            await post_message(uow, _actor(marked, who), case.id, case.spaces[space], text=f"Voilà : {word}.")
        for place, party in (("joint", None), ("caucus_claimant", "claimant"), ("caucus_respondent", "respondent")):
            met = Plan(uow.now() + timedelta(days=9), 60, marked.word(f"place of meeting in {place}", place))
            apart = case.parties[party] if party else None
            meeting = await call_meeting(uow, _actor(marked, "mediator"), case.id, met, apart_with=apart)
            await _keep_minutes(uow, marked, meeting, place, party or "claimant")
        await _make_offers(uow, marked)


async def _keep_minutes(uow: UnitOfWork, marked: Marked, meeting_id: MeetingId, place: str, side: str) -> None:
    """Minutes of a meeting that was held, a party's objection to them, and what the mediator drafts since."""
    case, mediator = marked.case, _actor(marked, "mediator")
    await uow.session.execute(update(Meeting).where(Meeting.id == meeting_id).values(state=MeetingState.HELD))
    text = marked.word(f"minutes in {place}", place)
    await publish_minutes(uow, mediator, case.id, meeting_id, text=text, seen=0)
    why = marked.word(f"objection to minutes in {place}", place)
    await contest_minutes(uow, _actor(marked, side), case.id, meeting_id, number=1, why=why)
    draft = marked.word(f"draft of minutes in {place}", "notes")
    await draft_minutes(uow, mediator, case.id, meeting_id, text=draft)


async def _make_offers(uow: UnitOfWork, marked: Marked) -> None:
    """Each side offers something at the table; one more offer is refused, with words."""
    case, claimant, respondent = marked.case, _actor(marked, "claimant"), _actor(marked, "respondent")
    for side in ("claimant", "respondent"):
        await make_offer(uow, _actor(marked, side), case.id, TypedOffer(marked.word(f"offer of {side}", "joint")))
    refused = await make_offer(uow, claimant, case.id, TypedOffer(marked.word("refused offer", "joint"), "1234,56"))
    await refuse_offer(uow, respondent, case.id, refused, words=marked.word("words of a refusal", "joint"))


async def _disclose(platform: Platform, marked: Marked) -> None:
    """On each side one request is refused, with its reasons, and one disclosed: purposes stay in the caucus."""
    case, mediator = marked.case, _actor(marked, "mediator")
    for side in ("claimant", "respondent"):
        place = f"caucus_{side}"
        refused, crossed = marked.exhibits[f"refused {side}"], marked.exhibits[f"disclosed {side}"]
        async with platform.unit() as uow:
            purpose = marked.word(f"purpose of refused {side}", place)
            await ask_disclosure(uow, mediator, case.id, refused, purpose=purpose, form="original")
        async with platform.unit() as uow:
            reason = marked.word(f"refusal {side}", place)
            await refuse_consent(uow, _actor(marked, side), case.id, refused, reason=reason)
        async with platform.unit() as uow:
            purpose = marked.word(f"purpose of disclosed {side}", place)
            asked = await ask_disclosure(uow, mediator, case.id, crossed, purpose=purpose, form="original")
        async with platform.unit() as uow:
            await give_consent(uow, _actor(marked, side), case.id, crossed, seen=asked)
        async with platform.unit() as uow:
            await disclose(uow, mediator, case.id, crossed)


async def _have_examined(platform: Platform, marked: Marked) -> None:
    case, mediator = marked.case, _actor(marked, "mediator")
    for who, mission, desk in (("expert", "mission", "desk"), ("second_expert", "second_mission", "second_desk")):
        expert_id = _actor(marked, who).account_id
        async with platform.unit() as uow:
            questions = marked.word(f"questions of {mission}", mission)
            mission_id = await open_mission(uow, mediator, case.id, expert_id=str(expert_id), questions=questions)
        await _take_seat(platform, marked, who, expert_id)
        async with platform.unit() as uow:
            declaration = marked.word(f"declaration of {who}", mission)
            expert = _actor(marked, who)
            await accept_mission(uow, expert, case.id, mission_id, declaration=declaration, independent=True)
            await write_note(uow, expert, case.id, mission_id, text=marked.word(f"note of {who}", desk))
            found = select(Mission.space_id).where(Mission.id == mission_id)
            case.spaces[desk] = SpaceId((await uow.session.scalars(found)).one())
        marked.missions[mission] = mission_id
        await nobody_objects(platform, case.id, _actor(marked, "claimant"), _actor(marked, "respondent"))
        await lay(platform, marked, who, desk, f"paper of {who}", desk, ExhibitKind.LOG)
    async with platform.unit() as uow:
        await supply_exhibits(
            uow, mediator, case.id, marked.missions["mission"], exhibit_ids=[marked.exhibits["supplied"]]
        )
    opened = await open_exhibit(platform, _actor(marked, "expert"), case.id, marked.exhibits["supplied"])
    assert [piece async for piece in opened.read(0, 1)]
    await lay(platform, marked, "expert", "desk", "report", "report", ExhibitKind.REPORT)
    async with platform.unit() as uow:
        report = marked.exhibits["report"]
        await post_report(uow, _actor(marked, "expert"), case.id, marked.missions["mission"], exhibit_id=report)


async def _object(platform: Platform, marked: Marked) -> None:
    """Both sides object to a third expert, each for reasons that only the centre reads besides."""
    case, mediator = marked.case, _actor(marked, "mediator")
    third = await an_account(platform, "Ugo Récusé", CentreRole.EXPERT)
    async with platform.unit() as uow:
        questions = marked.word("questions of contested_mission", "contested_mission")
        mission_id = await open_mission(uow, mediator, case.id, expert_id=str(third.account_id), questions=questions)
    marked.missions["contested_mission"] = mission_id
    async with platform.unit() as uow:
        expert = await load_actor(uow, third.account_id)
        declared = marked.word("declaration of the third expert", "contested_mission")
        await accept_mission(uow, expert, case.id, mission_id, declaration=declared, independent=True)
    for side in ("claimant", "respondent"):
        async with platform.unit() as uow:
            actor = _actor(marked, side)
            contested = next(
                view.id for view in await appointments_of(uow, actor, case.id) if view.mission_id == mission_id
            )
            reason = marked.word(f"objection of {side}", f"objection_{side}")
            await raise_objection(uow, actor, case.id, contested, reason=reason)


async def _wait_apart(platform: Platform, marked: Marked) -> None:
    """On each side a sentence awaits consent, an exception was used, and an upload was begun."""
    case, mediator = marked.case, _actor(marked, "mediator")
    for side in ("claimant", "respondent"):
        place = f"caucus_{side}"
        async with platform.unit() as uow:
            sentence = marked.word(f"sentence of {side}", place)
            asked = Asked(sentence, marked.word(f"purpose of the sentence of {side}", place))
            await propose_statement(uow, mediator, case.id, case.spaces[place], asked)
            word, why, who = (
                marked.word(f"{part} of the exception of {side}", place) for part in ("words", "why", "who")
            )
            using = Using("integrity", "sentence", [Recipient(who, "Parquet")], why, words=word, read=True)
            await use_exception(uow, mediator, case.id, case.spaces[place], using)
        named = f"Envoi laissé par {side}"
        marked.hide(f"name of the upload of {side}", f"private_{side}", named)  # no link shows it: not asked to be met
        fields = {"name": f"{named}.txt", "title": named, "kind": "letter", "origin": "produced"}
        room = case.spaces[f"private_{side}"]
        await begin_upload(platform, _actor(marked, side), case.id, room, size=50_000, fields=fields)


async def _take_seat(platform: Platform, marked: Marked, who: str, account_id: AccountId) -> None:
    async with platform.unit(write=False) as uow:
        marked.people[who] = await load_actor(uow, account_id)


async def _draft(platform: Platform, marked: Marked) -> None:
    case, mediator = marked.case, _actor(marked, "mediator")
    async with platform.unit() as uow:
        agreement_id = await begin_settlement(uow, mediator, case.id)
        _, version = await row_of(uow, case.id, agreement_id)
        draft = draft_of(await text_of_version(uow, version))
        changed = type(draft)(
            title=draft.title,
            preamble=f"{draft.preamble} {marked.word('clause', 'agreement')}",
            clauses=draft.clauses,
            payments=draft.payments,
        )
        number = await save_version(uow, mediator, case.id, agreement_id, seen=version.number, draft=changed)
        text = marked.word("remark", "agreement")
        await remark(uow, _actor(marked, "respondent"), case.id, agreement_id, number=number, text=text)


async def _begin_elsewhere(platform: Platform, marked: Marked) -> None:
    """The stranger has a request of their own in draft, and at another table a settlement is being drafted."""
    stranger = _actor(marked, "stranger")
    async with platform.unit() as uow:
        title = marked.word("another's draft", "draft_elsewhere")
        await save_draft(uow, stranger, None, Draft(title=title, facts=marked.word("its facts", "draft_elsewhere")))
    mediator, other = _actor(marked, "other_mediator"), marked.other.id
    async with platform.unit() as uow:
        agreement_id = await begin_settlement(uow, mediator, other)
        _, version = await row_of(uow, other, agreement_id)
        text = marked.word("remark elsewhere", "elsewhere")
        await remark(uow, stranger, other, agreement_id, number=version.number, text=text)


async def settle_jobs(platform: Platform, clock: Hands) -> None:
    """Let the worker do what awaits it and sign a checkpoint, so that receipts are complete."""
    worker = Worker(platform)
    for _ in range(2):
        await worker.queue_recurring()
        await worker.drain()
        clock.advance(seconds=platform.settings.vault.cadence_seconds + 1)


def _actor(marked: Marked, role: str) -> Actor:
    actor = marked.people[role]
    assert actor is not None
    return actor
