"""What leaves by other ways than pages: mails, logs, jobs' errors; and what a search or a form may be made to tell."""

import io
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any
from uuid import uuid4

import pytest
import structlog
from sqlalchemy import select

from odr.database import Base
from odr.evidence.commands import share_exhibit
from odr.evidence.intake import lodge
from odr.evidence.models import ExhibitKind, Origin, Placement
from odr.evidence.recording import About
from odr.ids import ExhibitId
from odr.outbox import JobRow
from odr.platform import Platform
from odr.settings import FolderMail
from odr.visibility.terms import SpaceKind
from tests.application import application
from tests.builders import Hands
from tests.integration.separation.ids import Rows, mark_ids, one_of_each, rows_with_ids
from tests.integration.separation.marked import Mark, Marked, a_marked_case, pieces
from tests.integration.separation.walking import OWNERS, Net, a_walker, alike, fillings, questions_to, randomly, routes
from vault import metadata as vault_metadata
from web.logging import configure_logging
from web.separation.walking import Route, Seen, Walker, body_of_shape

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
MAY_CHANGE = {"visits", "sessions", "sign_in_attempts"}  # that somebody looked, and how often a password was tried
FORM = {
    **dict.fromkeys(("text", "purpose", "reason", "motive", "interests", "declaration", "questions", "title"), "Zut."),
    **dict.fromkeys(("again", "independent", "confirm", "allow", "sure", "read"), "yes"),
    "form": "original",
    "into": "joint",
    "role": "member",
    "language": "fr",
    "kind": "contract",
    "origin": "produced",
    "email": "someone@example.org",
    "name": "Quelqu'un",
    "ceiling": "1",
    "number": "1",
    "password": "un mot de passe bien long",
    "digest": "0" * 64,
}


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that this process writes to its log, as the server writes it."""
    kept, level, stream = logging.getLogger().handlers, logging.getLogger().level, io.StringIO()
    configure_logging(stream)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # the tests' own client
    try:
        yield stream
    finally:
        logging.getLogger().handlers = kept
        logging.getLogger().setLevel(level)
        logging.getLogger("httpx").setLevel(logging.NOTSET)
        structlog.reset_defaults()


def mails_of(platform: Platform) -> list[EmailMessage]:
    assert isinstance(platform.settings.mail, FolderMail)
    found = sorted(platform.settings.mail.path.glob("*.eml"))
    return [message_from_bytes(path.read_bytes(), policy=default) for path in found]


def told_by(mail: EmailMessage) -> Iterator[bytes]:
    yield "\n".join(f"{name}: {value}" for name, value in mail.items()).encode()
    for part in mail.walk():
        if not part.is_multipart():
            yield str(part.get_content()).encode()
    yield mail.as_bytes()


async def test_no_mail_and_no_log_says_what_the_case_is_about(
    any_platform: Platform, clock: Hands, logs: io.StringIO
) -> None:
    marked = await a_marked_case(any_platform, clock)
    app = application(any_platform)
    for role in ("claimant", "respondent", "nobody"):
        async with a_walker(any_platform, app, marked.people[role]) as walker:
            for search in list(marked.words.values())[:5]:
                await walker.ask(f"/disputes?search={search}")
                await walker.ask(f"/nowhere/{search}")
            await walker.crawl("/", f"/disputes/{marked.case.id}")
            logs.write(f"{walker.client.cookies.get('entente')} is no token\n" if role == "nobody" else "")
            token, csrf = walker.client.cookies.get("entente"), walker.client.headers.get("X-CSRF-Token")
            secrets = [text.encode() for text in (token, csrf, walker.bearer() if walker.bearer else "") if text]
            marked.marks.append(Mark(f"secrets of {role}", "nowhere", tuple(secrets) or (b"\x00",)))
    mails = mails_of(any_platform)
    assert len(mails) > 10
    parts = ("word team link's name", "word team link's address", "team link's token")  # of those invited, to them
    own = {f"{part} of {side}" for part in parts for side in ("claimant", "respondent")}
    names = Mark("a party's name", "nowhere", ("Société claimant".encode(), "Société respondent".encode()))
    net = Net([mark for mark in [*marked.marks, names] if mark.name not in own])
    for mail in mails:
        assert not net.catch(told_by(mail)), mail["Subject"]
    written = logs.getvalue()
    assert "refused" in written
    assert not Net([*marked.marks, names]).catch([written.encode()])
    async with any_platform.unit(write=False) as uow:
        errors = (await uow.session.scalars(select(JobRow.last_error).where(JobRow.last_error.is_not(None)))).all()
    assert not [error for error in errors if error and not re.fullmatch(r"\w+( [a-z_]+)?", error)]


async def test_searching_a_foreign_word_finds_what_searching_nonsense_finds(platform: Platform, clock: Hands) -> None:
    marked = await a_marked_case(platform, clock)
    clock.stand_still()
    joint = f"/disputes/{marked.case.id}/rooms/{marked.case.spaces['joint']}"
    nonsense = "Zqxxxxxxxxxx"
    for role in ("respondent", "stranger", "secretariat", "archivist"):
        hidden = [words for name, words in marked.words.items() if f"word {name}" in _names(marked.forbidden(role))]
        assert hidden
        async with a_walker(platform, application(platform), marked.people[role]) as walker:
            for path in ("/disputes", "/archive", joint, f"/api/v1{joint}/exhibits", "/api/v1/disputes"):
                for field in ("search", "q"):
                    expected = _without(await walker.ask(f"{path}?{field}={nonsense}"), nonsense)
                    for word in hidden[:: max(1, len(hidden) // 4)]:
                        assert _without(await walker.ask(f"{path}?{field}={word}"), word) == expected, (role, path)


IN_QUERIES = {
    "before": "messages",
    "version": "exhibit_versions",
    "room": "spaces",
    "exhibit": "exhibits",
    "instead": "exhibits",
    "message": "messages",
    "party": "parties",
}
"""The names under which addresses bear ids after their question mark, and which table's."""


async def a_replaced_exhibit(platform: Platform, marked: Marked) -> ExhibitId:
    """An exhibit of the claimant's at the table, which had another version in its private room."""
    claimant, case = marked.people["claimant"], marked.case
    assert claimant is not None
    room = case.spaces["private_claimant"]
    about = About("Refaite", ExhibitKind.CONTRACT, Origin.PRODUCED, None, again=False)
    first = await lodge(platform, claimant, case.id, room, about=about, name="a.txt", chunks=pieces(b"une\n"))
    newer = replace(about, replaces=first.exhibit_id, reason="Une page manquait.")
    await lodge(platform, claimant, case.id, room, about=newer, name="a.txt", chunks=pieces(b"deux\n"))
    async with platform.unit() as uow:
        await share_exhibit(uow, claimant, case.id, first.exhibit_id, into="joint")
    return first.exhibit_id


async def test_a_foreign_id_in_an_address_s_query_is_answered_as_one_that_nothing_bears(
    platform: Platform, clock: Hands
) -> None:
    marked = await a_marked_case(platform, clock)
    replaced = await a_replaced_exhibit(platform, marked)
    clock.stand_still()  # pages tell how long ago something was
    rows = await rows_with_ids(platform)
    hidden = {row.id for row in rows["exhibit_versions"] if row.exhibit_id == replaced}
    async with platform.unit(write=False) as uow:
        hidden -= {
            row.version_id for row in await uow.session.scalars(select(Placement)) if row.kind == SpaceKind.JOINT
        }
    assert hidden
    foreign = {table: [row.id for row in rows[table] if row.id in hidden] for table in IN_QUERIES.values()}
    for table, named in (("messages", "space_id"), ("spaces", "id"), ("exhibits", ""), ("parties", "id")):
        rooms = {marked.case.spaces[name] for name in ("private_claimant", "caucus_claimant", "notes")}
        wanted = {*rooms, *marked.other.parties.values()}
        foreign[table] = [row.id for row in rows[table] if named and getattr(row, named) in wanted][:3]
    foreign["exhibits"] = [marked.exhibits[name] for name in ("private claimant", "caucus claimant")]
    root, room = f"/disputes/{marked.case.id}", f"/disputes/{marked.case.id}/rooms/{marked.case.spaces['joint']}"
    own = f"/disputes/{marked.case.id}/rooms/{marked.case.spaces['caucus_respondent']}"
    exhibits = [f"{root}/exhibits/{each}" for each in (replaced, marked.exhibits["shared respondent"])]
    paths = [f"{where}{tail}" for where in (room, own) for tail in ("", "/messages", "/exhibits", "/statements")]
    tails = ("", "/file", "/receipt", "/withdraw", "/share", "/openings", "/history", "/consent")
    paths += [f"{where}{tail}" for where in exhibits for tail in tails]
    paths += [
        root,
        f"{root}/losses",
        f"{root}/meetings",
        f"{root}/offers",
        f"{root}/offers/new",
        "/notices",
        "/disputes",
    ]
    told: list[str] = []
    async with a_walker(platform, application(platform), marked.people["respondent"]) as walker:
        for path in (*paths, *(f"/api/v1{path}" for path in paths)):
            for name, table in IN_QUERIES.items():
                nothing = str(uuid4())
                expected = _without(await walker.ask(f"{path}?{name}={nothing}"), nothing)
                for value in map(str, foreign[table]):
                    answer = await walker.ask(f"{path}?{name}={value}")
                    if _without(answer, value) != expected:
                        told.append(f"{path}?{name} ({table}): {answer.status}, not {expected[0]}")
    assert not told


def _names(marks: list[Mark]) -> set[str]:
    return {mark.name for mark in marks}


def _without(answer: Seen, word: str) -> tuple[Any, ...]:
    blank = Seen("", answer.status, answer.headers, answer.body.replace(word.encode(), b"WORD"))
    return alike(blank, {})


async def dump(platform: Platform) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a request may not change by being refused."""
    tables = [*Base.metadata.sorted_tables, *vault_metadata.sorted_tables]
    async with platform.unit(write=False) as uow:
        return {
            table.name: sorted((tuple(row) for row in await uow.session.execute(select(table))), key=repr)
            for table in tables
            if table.name not in MAY_CHANGE
        }


def body_for(route: Route, marked: Marked) -> dict[str, Any]:
    """A request's body, which names foreign exhibits and requests wherever a field would take one."""
    if route.shape is not None:
        return {"content": body_of_shape(route.shape)}
    if route.path.startswith("/api/"):
        return {}
    foreign = str(marked.exhibits["caucus claimant"])
    return {"data": {**FORM, **dict.fromkeys(("instead", "exhibits", "exhibit", "report", "seen", "expert"), foreign)}}


async def try_foreign_forms(platform: Platform, walker: Walker, role: str, marked: Marked, rows: Rows) -> list[str]:
    """Send every form and every body with ids that are foreign; return where the answer tells them from nonsense."""
    hidden = {needle.decode() for mark in marked.forbidden(role) for needle in mark.needles}
    told: list[str] = []
    tried, work = 0, questions_to(platform)

    async def answered(route: Route, values: dict[str, str], how: dict[str, Any]) -> tuple[Any, ...]:
        """Return how a form is answered, and with how many questions to the database."""
        work.clear()
        answer = await walker.ask(route.fill(values), route.method, **how)
        return (*alike(answer, values), len(work))

    for route in routes(platform, *UNSAFE):
        how = body_for(route, marked)
        twins: dict[tuple[str, ...], tuple[Any, ...]] = {}
        for values in fillings(route, rows, marked.case.id):
            foreign = [name for name, value in values.items() if name in OWNERS and value in hidden]
            if not foreign:
                continue
            tried += 1
            own = tuple(value for name, value in values.items() if name not in foreign)
            if own not in twins:
                twins[own] = await answered(route, randomly(values, *(values.keys() - set(foreign))), how)
            if (answer := await answered(route, values, how)) != twins[own]:
                told.append(f"{role}: {route.method} {route.path} {answer[0::3]}, not {twins[own][0::3]}")
    assert tried > 50
    return told


async def test_a_foreign_id_in_a_form_changes_nothing_and_is_answered_as_nonsense(
    any_platform: Platform, clock: Hands
) -> None:
    marked = await a_marked_case(any_platform, clock)
    clock.stand_still()
    rows = await mark_ids(any_platform, marked)
    if not any_platform.database.is_sqlite:
        rows = one_of_each(marked, rows)  # every statement again, and one id of each place: see test_crawl.py
    before = await dump(any_platform)
    for role in ("respondent", "expert", "stranger") if any_platform.database.is_sqlite else ("respondent",):
        async with a_walker(any_platform, application(any_platform), marked.people[role]) as walker:
            assert not await try_foreign_forms(any_platform, walker, role, marked, rows)
        after = await dump(any_platform)
        assert [name for name in before if before[name] != after[name]] == [], role
