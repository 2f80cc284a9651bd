"""Everybody walks everywhere; nobody meets what is not theirs to know, nor learns that it is there."""

from dataclasses import dataclass, field

import pytest

from odr.platform import Platform
from tests.application import application
from tests.builders import Hands
from tests.integration.separation.ids import PLACES, Rows, mark_ids, one_of_each
from tests.integration.separation.marked import KNOWN_TO, ROLES, Marked, a_marked_case
from tests.integration.separation.walking import OWNERS, Net, a_walker, alike, fillings, parts_of, randomly, routes
from web.separation.walking import Route, Seen, Walker

STARTS = ("/", "/disputes", "/archive", "/account", "/people", "/operations", "/verify", "/about/proof")
TRY_ALL = {"respondent", "expert", "secretariat", "stranger", "nobody"}  # the others only follow links
ON_POSTGRES = ("respondent", "expert")


NEVER_MET = {
    "nothing is stopped in this case": (
        "/api/v1/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}",
        "/api/v1/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}/copies",
        "/api/v1/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}/record",
        "/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}",
        "/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}/copies",
        "/disputes/{dispute_id:uuid}/quarantines/{quarantine_id:uuid}/record.pdf",
    ),
    "a list's own address leads on to its room": (
        "/disputes/{dispute_id:uuid}/losses/lines",
        "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/exhibits",
        "/disputes/{dispute_id:uuid}/rooms/{space_id:uuid}/messages",
    ),
    "after the mediation: test_sealed walks through records": (
        "/api/v1/disputes/{dispute_id:uuid}/certificate",
        "/api/v1/disputes/{dispute_id:uuid}/record",
        "/api/v1/records/{record_id:uuid}",
        "/api/v1/records/{record_id:uuid}/infected",
        "/api/v1/records/{record_id:uuid}/package",
        "/archive/access/{access_id:uuid}",
        "/archive/reopenings/{reopening_id:uuid}",
        "/archive/{record_id:uuid}",
        "/archive/{record_id:uuid}/infected",
        "/custody/{destruction_id:uuid}",
        "/custody/{destruction_id:uuid}/certificate.pdf",
        "/custody/{destruction_id:uuid}/destruction.json",
        "/custody/{destruction_id:uuid}/receipt.json",
        "/disputes/{dispute_id:uuid}/agreements/certificate",
        "/disputes/{dispute_id:uuid}/reopening",
    ),
    "by the claimant or the mediator, who only follow links in this walk": (
        "/api/v1/disputes/{dispute_id:uuid}/as/{party_id:uuid}",
        "/api/v1/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/paraphrases",
        "/api/v1/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/redaction",
        "/api/v1/disputes/{dispute_id:uuid}/experts",
        "/api/v1/mediators/{account_id:uuid}",
        "/disputes/{dispute_id:uuid}/as/{party_id:uuid}/after/exhibits/{exhibit_id:uuid}",
        "/disputes/{dispute_id:uuid}/as/{party_id:uuid}/after/statements/{statement_id:uuid}",
        "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/consent",
        "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/disclose",
        "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/redaction",
        "/disputes/{dispute_id:uuid}/expertise/{mission_id:uuid}/report",
        "/disputes/{dispute_id:uuid}/pause",
        "/disputes/{dispute_id:uuid}/statements/{statement_id:uuid}/stop",
        "/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/delegation",
        "/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/end",
        "/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/mandate",
        "/disputes/{dispute_id:uuid}/team/{seat_id:uuid}/role",
    ),
    "of what this case does not have: a bought seal, infected files, archives sent": (
        "/about/seal",
        "/about/seal.pem",
        "/disputes/{dispute_id:uuid}/exhibits/{exhibit_id:uuid}/infected",
        "/disputes/{dispute_id:uuid}/uploads/{upload_id:uuid}/archive",
    ),
    "on the way to the open table, before this case begins": (
        "/api/v1/disputes/{dispute_id:uuid}/invitations",
        "/api/v1/disputes/{dispute_id:uuid}/invitations/{party_id:uuid}/receipt",
        "/api/v1/disputes/{dispute_id:uuid}/invitations/{party_id:uuid}/record",
        "/disputes/{dispute_id:uuid}/appointment/{appointment_id:uuid}/objection",
        "/disputes/{dispute_id:uuid}/choice",
        "/disputes/{dispute_id:uuid}/complaint",
        "/disputes/{dispute_id:uuid}/complaint/{way:str}",
        "/disputes/{dispute_id:uuid}/completion",
        "/disputes/{dispute_id:uuid}/invitation",
        "/disputes/{dispute_id:uuid}/invitation/{party_id:uuid}/receipt",
        "/disputes/{dispute_id:uuid}/invitation/{party_id:uuid}/record",
        "/disputes/{dispute_id:uuid}/invite",
        "/disputes/{dispute_id:uuid}/proposals/{proposal_id:uuid}",
    ),
    "once a text is frozen or signed, after this case ends": (
        "/api/v1/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}/document",
        "/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}/clauses/{clause:str}",
        "/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}/document",
        "/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}/refuse",
        "/disputes/{dispute_id:uuid}/agreements/{agreement_id:uuid}/sign",
        "/disputes/{dispute_id:uuid}/closing",
    ),
    "only with a link's token, which nobody else has": (
        "/api/v1/invitations/{token:str}",
        "/former-address/{token:str}",
        "/invitation/{token:str}",
        "/invitation/{token:str}/colleague",
        "/invitation/{token:str}/decline",
    ),
    "the register's tiles and proofs are asked for with numbers, and are the same for everybody": (
        "/log/consistency",
        "/log/tile/{name:path}",
    ),
}
"""Routes by which nobody is given anything in the case as it stands, by the reason why."""

SHARED = {
    **dict.fromkeys(("accounts", "parties", "seats", "appointments"), "named to everybody at the table"),
    "missions": "both sides read every one",
    "clause_proposals": "only while an agreement to mediate awaits signatures; both sides read every one",
    "proposals": "terms on which a direct negotiation ends: both sides read every one",
    "jobs": "no party's",
    "quarantines": "the sealed record keeps the digest of what was stopped: nothing is stopped in this case",
    **dict.fromkeys(
        ("records", "access_requests", "reopenings", "destructions", "holds"), "after the mediation: test_sealed"
    ),
}
"""Tables of which no side has rows of its own at the table, and why."""


@dataclass
class Findings:
    """What went wrong: who met what and where; and what was met by somebody, so that the net is known to be tight."""

    leaks: set[tuple[str, str, str]] = field(default_factory=set)
    told: set[tuple[str, str, int, int]] = field(default_factory=set)
    broken: set[tuple[str, str, int]] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def take(self, role: str, answer: Seen, forbidden: Net, everything: Net) -> None:
        if answer.status >= 500:
            self.broken.add((role, answer.asked, answer.status))
        if 200 <= answer.status < 300:
            self.given.add(answer.asked.partition("?")[0])
        caught = everything.catch(parts_of(answer))
        self.met |= caught
        self.leaks |= {(role, answer.asked, name) for name in caught & set(forbidden.names.values())}


async def try_every_id(
    walker: Walker, role: str, route: Route, rows: Rows, marked: Marked, found: Findings, hidden: set[str]
) -> list[Seen]:
    """Fill a route with every id; a foreign one must be answered exactly as one that nothing bears."""
    twins: dict[bool, Seen] = {}
    seen = []
    of_each = 1 if role == "respondent" and route.path.endswith(":uuid}") else 0
    for values in fillings(route, rows, marked.case.id, of_each=of_each):
        answer = await walker.ask(route.fill(values))
        seen.append(answer)
        foreign = [name for name, value in values.items() if name in OWNERS and value in hidden]
        if not foreign:
            continue
        at_the_table = "dispute_id" in values and "dispute_id" not in foreign
        if at_the_table not in twins:
            keep = ["dispute_id"] if at_the_table else []
            other = randomly(values, *keep)
            twin = await walker.ask(route.fill(other))
            twins[at_the_table] = Seen("", *alike(twin, other))
        if Seen("", *alike(answer, values)) != twins[at_the_table]:
            found.told.add((role, answer.asked, answer.status, twins[at_the_table].status))
    return seen


@pytest.mark.timeout(900)  # twelve people walk three thousand pages, on a machine that others use
async def test_nobody_meets_a_word_a_number_or_an_id_that_is_not_theirs(any_platform: Platform, clock: Hands) -> None:
    marked = await a_marked_case(any_platform, clock)
    rows = await mark_ids(any_platform, marked)
    app = application(any_platform)
    found, everything = Findings(), Net(marked.marks)
    some = one_of_each(marked, rows)
    for role in ROLES if any_platform.database.is_sqlite else ON_POSTGRES:
        forbidden, tried = Net(marked.forbidden(role)), rows if role == "respondent" else some
        hidden = {needle.decode() for needle in forbidden.names}
        async with a_walker(any_platform, app, marked.people[role]) as walker:
            seen = await walker.crawl(*STARTS, f"/disputes/{marked.case.id}")
            if role in TRY_ALL:
                for route in routes(any_platform, "GET"):
                    seen += await try_every_id(walker, role, route, tried, marked, found, hidden)
        for answer in seen:
            found.take(role, answer, forbidden, everything)
    assert not found.broken, sorted(found.broken)
    assert not found.leaks, sorted(found.leaks)
    assert not found.told, sorted(found.told)
    if any_platform.database.is_sqlite:
        words = {mark.name for mark in marked.marks if KNOWN_TO[mark.place] and mark.name.startswith("word ")}
        unmet = words - found.met
        assert not unmet, f"nobody met these, though somebody may: is the walk blind? {sorted(unmet)}"
        known = {route.path for route in routes(any_platform, "GET")}
        excused = {path for paths in NEVER_MET.values() for path in paths}
        assert excused <= known, "the list names what is no route any more"
        assert not known - excused - routes_that_gave(any_platform, found), "each must give somebody something"


def routes_that_gave(platform: Platform, found: Findings) -> set[str]:
    """The routes by which somebody was given something."""
    every = routes(platform, "GET")
    return {route.path for route in every if any(route.read(path) is not None for path in found.given)}


async def test_each_side_has_something_of_each_kind_that_the_other_may_not_see(
    platform: Platform, clock: Hands
) -> None:
    """Else the walk would meet the routes of such things with ids that nobody may know, and prove little."""
    marked = await a_marked_case(platform, clock)
    rows = await mark_ids(platform, marked)
    for table in sorted(set(OWNERS.values()) - SHARED.keys()):
        places = {PLACES[table](marked, row, rows) for row in rows[table]} - {None}
        for side in ("claimant", "respondent"):
            hidden = [place for place in places if place and KNOWN_TO[place] and side not in KNOWN_TO[place]]
            assert hidden, f"no row of {table} that {side} may not see, and somebody may"
