"""What the tests of the archive do with their hands: fill every room of a dispute, settle it, tick, seal, unpack."""

import hashlib
import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select, update

from odr.agreements.commands import begin_settlement, freeze_text
from odr.agreements.models import AgreementVersion
from odr.agreements.signing import sign_agreement
from odr.archive.models import Record
from odr.bootstrap import Platform
from odr.disputes.commands import end_mediation
from odr.evidence.consents import give_consent
from odr.evidence.disclosures import ask_disclosure, disclose
from odr.evidence.intake import lodge
from odr.evidence.models import Consent, Disclosure, ExhibitKind, Origin
from odr.evidence.recording import About
from odr.evidence.withdrawing import take_back
from odr.expertise.commands import accept_mission, open_mission
from odr.expertise.examining import post_report, supply_exhibits, write_note
from odr.expertise.models import Mission
from odr.ids import ExhibitId
from odr.outbox import JobRow, JobState
from odr.people.models import Account
from odr.people.passwords import hash_password
from odr.spaces.commands import post_message
from odr.spaces.models import Message, Space
from odr.spaces.reading import take_back_message
from odr.visibility.actor import Actor
from odr.visibility.terms import SpaceKind
from odr.worker import Worker
from tests.builders import Case, Hands, a_case, nobody_objects

PASSWORD = "un mot de passe bien long"
SECRET = "ZzSECRETzZ"  # stands in everything that must not be in a record
TAKEN_BACK = f"Jusqu'à 38 000 euros. {SECRET}"  # so short that a digest of it can be guessed


@dataclass
class Told:
    """What was said where: each text by its room, and the exhibits by theirs."""

    exhibits: dict[str, ExhibitId] = field(default_factory=dict)


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), 65536):
        yield content[start : start + 65536]


async def lodged(platform: Platform, actor: Actor, case: Case, space: str, title: str, content: bytes, name: str):
    kind = ExhibitKind.REPORT if space == "expert" else ExhibitKind.CONTRACT
    about = About(title, kind, Origin.PRODUCED, date(2025, 3, 1), again=False)
    space_id = case.spaces[space]
    done = await lodge(platform, actor, case.id, space_id, about=about, name=name, chunks=pieces(content))
    return done.exhibit_id


async def fill_rooms(platform: Platform, case: Case) -> Told:
    """Every room has something: what is joint says so, all the rest holds the secret word."""
    who, told = case.people, Told()
    claimant, respondent, mediator, expert = (who[name] for name in ("claimant", "respondent", "mediator", "expert"))
    told.exhibits["contract"] = await lodged(
        platform, claimant, case, "joint", "Contrat / signé", b"%PDF-1.7 contrat" + bytes(300_000), "contrat.pdf"
    )
    told.exhibits["specification"] = await lodged(
        platform, respondent, case, "joint", "Cahier des charges", b"cahier des charges\n" * 50, "cahier.txt"
    )
    told.exhibits["draft"] = await lodged(
        platform, claimant, case, "private_claimant", f"Brouillon {SECRET}", f"{SECRET} draft".encode(), f"{SECRET}.txt"
    )
    told.exhibits["caucus"] = await lodged(
        platform, claimant, case, "caucus_claimant", f"Aparté {SECRET}", f"{SECRET} caucus".encode(), f"{SECRET}.txt"
    )
    told.exhibits["other_caucus"] = await lodged(
        platform, respondent, case, "caucus_respondent", f"Marge {SECRET}", f"{SECRET} marge".encode(), f"{SECRET}.log"
    )
    told.exhibits["disclosed"] = await lodged(
        platform, claimant, case, "caucus_claimant", "Courriels échangés", b"Subject: retard\n\nbonjour\n", "fil.eml"
    )
    async with platform.unit() as uow:
        for actor, space, text in (
            (claimant, "caucus_claimant", f"Entre nous : {SECRET}"),
            (mediator, "caucus_respondent", f"Jusqu'où : {SECRET}"),
            (mediator, "notes", f"Note : {SECRET}"),
            (mediator, "joint", "Bienvenue à tous."),
            (respondent, "joint", "Merci, nous proposons mardi."),
        ):
            await post_message(uow, actor, case.id, case.spaces[space], text=text)
        asked = await ask_disclosure(
            uow, mediator, case.id, told.exhibits["disclosed"], purpose=f"Pour avancer {SECRET}", form="original"
        )
        await give_consent(uow, claimant, case.id, told.exhibits["disclosed"], seen=asked)
        await disclose(uow, mediator, case.id, told.exhibits["disclosed"])
        mission_id = await open_mission(
            uow, mediator, case.id, expert_id=str(expert.account_id), questions="Le logiciel marche-t-il ?"
        )
        await accept_mission(
            uow, expert, case.id, mission_id, declaration="Aucun lien avec les parties.", independent=True
        )
    await nobody_objects(platform, case.id, claimant, respondent)
    async with platform.unit() as uow:
        await supply_exhibits(uow, mediator, case.id, mission_id, exhibit_ids=[told.exhibits["contract"]])
        desk = (await uow.session.scalars(select(Mission.space_id).where(Mission.id == mission_id))).one()
        case.spaces["expert"] = desk
        await write_note(uow, expert, case.id, mission_id, text=f"Papier de travail {SECRET}")
    told.exhibits["paper"] = await lodged(
        platform, expert, case, "expert", f"Essai {SECRET}", f"{SECRET} mesures".encode(), f"{SECRET}.csv"
    )
    told.exhibits["report"] = await lodged(
        platform, expert, case, "expert", "Rapport d'expertise", b"%PDF-1.7 rapport\n" * 20, "rapport.pdf"
    )
    async with platform.unit() as uow:
        await post_report(uow, expert, case.id, mission_id, exhibit_id=told.exhibits["report"])
    await take_back_at_once(platform, case, told)
    return told


async def take_back_at_once(platform: Platform, case: Case, told: Told) -> None:
    """An exhibit and a message come to the table, and are taken back before anybody has read them."""
    claimant, respondent = case.people["claimant"], case.people["respondent"]
    told.exhibits["taken_back"] = await lodged(
        platform, claimant, case, "joint", f"Repris {SECRET}", TAKEN_BACK.encode(), f"{SECRET}.txt"
    )
    async with platform.unit() as uow:
        await take_back(uow, claimant, case.id, told.exhibits["taken_back"])
        message_id = await post_message(uow, respondent, case.id, case.spaces["joint"], text=TAKEN_BACK)
        await take_back_message(uow, respondent, case.id, case.spaces["joint"], message_id)


async def settle(platform: Platform, case: Case) -> None:
    """Draft, freeze and sign by both; the worker makes the document."""
    mediator = case.people["mediator"]
    known = await hash_password(PASSWORD)
    async with platform.unit() as uow:
        agreement_id = await begin_settlement(uow, mediator, case.id)
        digest = (
            await uow.session.scalars(
                select(AgreementVersion.digest).where(AgreementVersion.agreement_id == agreement_id)
            )
        ).one()
        await freeze_text(uow, mediator, case.id, agreement_id, digest_seen=digest.hex())
        people = [case.people[side].account_id for side in ("claimant", "respondent")]
        await uow.session.execute(update(Account).where(Account.id.in_(people)).values(password_hash=known))
    for side in ("claimant", "respondent"):
        async with platform.unit() as uow:
            await sign_agreement(
                uow, case.people[side], case.id, agreement_id, digest_seen=digest.hex(), password=PASSWORD
            )


async def turn(platform: Platform, clock: Hands, times: int = 3) -> None:
    """Let the worker go through its cadence: jobs, a tick, stamps, then what waited for it."""
    worker = Worker(platform)
    for _ in range(times):
        await worker.queue_recurring()
        await worker.drain()
        clock.advance(seconds=platform.settings.vault.cadence_seconds + 2)
    await worker.drain()


async def a_settled_case(platform: Platform, clock: Hands) -> tuple[Case, Told, Record]:
    """A dispute with something in every room, settled, its record sealed and its seal in a signed checkpoint."""
    case = await a_case(platform)
    told = await fill_rooms(platform, case)
    await settle(platform, case)
    await turn(platform, clock, times=6)
    return case, told, await the_record(platform, case)


async def an_ended_case(platform: Platform, clock: Hands) -> tuple[Case, Record]:
    """A dispute that ended without an agreement, its record sealed."""
    case = await a_case(platform)
    async with platform.unit() as uow:
        await end_mediation(uow, case.people["mediator"], case.id, reason="Les positions restent trop éloignées.")
    await turn(platform, clock, times=6)
    return case, await the_record(platform, case)


async def the_record(platform: Platform, case: Case) -> Record:
    async with platform.unit(write=False) as uow:
        parked = (await uow.session.scalars(select(JobRow).where(JobRow.last_error.is_not(None)))).all()
        assert not [(job.kind, job.last_error) for job in parked if job.state is not JobState.DONE]
        return (await uow.session.scalars(select(Record).where(Record.dispute_id == case.id))).one()


async def secret_ids(platform: Platform, case: Case, told: Told) -> set[str]:
    """What no record may hold: ids of other rooms and their things, a digest of what was taken back."""
    hidden = {str(told.exhibits[name]) for name in ("draft", "caucus", "other_caucus", "paper")}
    hidden.add(hashlib.sha256(TAKEN_BACK.encode()).hexdigest())
    async with platform.unit(write=False) as uow:
        shown = {SpaceKind.JOINT, SpaceKind.PROCEDURE}
        spaces = await uow.session.scalars(
            select(Space.id).where(Space.dispute_id == case.id, Space.kind.not_in(shown))
        )
        hidden |= {str(space) for space in spaces}
        for column in (Consent.id, Disclosure.id):
            hidden |= {str(found) for found in await uow.session.scalars(select(column))}
        notes = await uow.session.scalars(
            select(Message.id).where(Message.dispute_id == case.id, Message.kind != SpaceKind.JOINT)
        )
        hidden |= {str(found) for found in notes}
    return hidden


def unpacked(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Every file of a ZIP, of the ZIPs in it, and what stands attached in its PDFs, however compressed."""
    import pikepdf  # noqa: PLC0415 -- only here

    with zipfile.ZipFile(io.BytesIO(data)) as files:
        for name in files.namelist():
            content = files.read(name)
            yield name, content
            if name.endswith(".zip"):
                yield from unpacked(content)
            if name.startswith(("data/agreement/", "M-")) and content.startswith(b"%PDF-1.7\n%"):
                with pikepdf.open(io.BytesIO(content)) as pdf:
                    for attached, spec in pdf.attachments.items():
                        yield f"{name}!{attached}", spec.get_file().read_bytes()
                    for each in pdf.objects:
                        if isinstance(each, pikepdf.Stream):
                            yield f"{name}!stream", each.read_bytes()
