"""Everybody walks everywhere; nobody meets what is not theirs to know, nor learns that it is there."""

from dataclasses import dataclass, field

import pytest

from odr.platform import Platform
from tests.application import application
from tests.builders import Hands
from tests.integration.separation.further import fill_further
from tests.integration.separation.giving import AFTER, BEFORE, NOTHING_TO_GIVE, gave, routes_that_gave
from tests.integration.separation.ids import PLACES, Rows, mark_ids, one_of_each
from tests.integration.separation.marked import KNOWN_TO, ROLES, Marked, a_marked_case, settle_jobs
from tests.integration.separation.walking import (
    OWNERS,
    Net,
    a_walker,
    alike,
    fillings,
    parts_of,
    questions_to,
    randomly,
    routes,
)
from web.separation.walking import Route, Seen, Walker

STARTS = ("/", "/disputes", "/archive", "/account", "/people", "/operations", "/verify", "/about/proof")
TRY_ALL = {
    "claimant",
    "respondent",
    "mediator",
    "expert",
    "secretariat",
    "stranger",
    "nobody",
}  # the others follow links
WITH_THEIR_OWN = {"claimant"}  # of foreign ones they would be told what the respondent is
ON_POSTGRES = ("respondent", "expert")
"""There each route is tried again with one id of each place: that runs every statement that the ids of a place's other
rows, or of other tables' rows, would run (ADR 13)."""


SHARED = {
    **dict.fromkeys(("accounts", "parties", "seats", "appointments"), "named to everybody at the table"),
    "missions": "both sides read every one",
    "clause_proposals": "only while an agreement to mediate awaits signatures; both sides read every one",
    "offers": "made at the table: both sides read every one",
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
    """What went wrong: who met what and where; and what was met by somebody, so that the net is known to be tight.

    ``work``: what the database was asked lately, a statement each.
    """

    leaks: set[tuple[str, str, str]] = field(default_factory=set)
    told: set[tuple[str, str, int, int]] = field(default_factory=set)
    laboured: set[tuple[str, str, int, int]] = field(default_factory=set)
    work: list[str] = field(default_factory=list)
    broken: set[tuple[str, str, int]] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def take(self, role: str, answer: Seen, forbidden: Net, everything: Net) -> None:
        if answer.status >= 500:
            self.broken.add((role, answer.asked, answer.status))
        if gave(answer):
            self.given.add(answer.asked.partition("?")[0])
        caught = everything.catch(parts_of(answer))
        self.met |= caught
        self.leaks |= {(role, answer.asked, name) for name in caught & set(forbidden.names.values())}


async def try_every_id(
    walker: Walker,
    role: str,
    route: Route,
    rows: Rows,
    marked: Marked,
    found: Findings,
    hidden: set[str],
    *,
    all_ids: bool,
) -> list[Seen]:
    """Fill a route with every id; a foreign one must be answered exactly as one that nothing bears.

    And with as many questions to the database, so that the time that it takes tells nothing either.
    ``all_ids``: also with ids of other tables' rows.
    """
    twins: dict[tuple[str, ...], tuple[Seen, int]] = {}
    seen = []
    pages = route.path.endswith(":uuid}") and not route.path.startswith("/api/")  # what pages look for, the API does
    of_each = 1 if all_ids and pages else 0
    for values in fillings(route, rows, marked.case.id, of_each=of_each):
        foreign = [name for name, value in values.items() if name in OWNERS and value in hidden]
        if foreign and role in WITH_THEIR_OWN:
            continue
        found.work.clear()
        answer, asked = await walker.ask(route.fill(values)), len(found.work)
        seen.append(answer)
        if not foreign:
            continue
        own = tuple(value for name, value in values.items() if name not in foreign)
        if own not in twins:
            other = randomly(values, *(values.keys() - set(foreign)))
            found.work.clear()
            twin = await walker.ask(route.fill(other))
            twins[own] = Seen("", *alike(twin, other)), len(found.work)
        alone, idle = twins[own]
        if Seen("", *alike(answer, values)) != alone:
            found.told.add((role, answer.asked, answer.status, alone.status))
        if asked != idle:
            found.laboured.add((role, route.path, asked, idle))
    return seen


@pytest.mark.timeout(900)  # twelve people walk three thousand pages, on a machine that others use
async def test_nobody_meets_a_word_a_number_or_an_id_that_is_not_theirs(any_platform: Platform, clock: Hands) -> None:
    marked = await a_marked_case(any_platform, clock)
    await fill_further(any_platform, marked)
    await settle_jobs(any_platform, clock)
    clock.stand_still()
    rows = await mark_ids(any_platform, marked)
    app = application(any_platform)
    found, everything = Findings(work=questions_to(any_platform)), Net(marked.marks)
    some = one_of_each(marked, rows)
    for role in ROLES if any_platform.database.is_sqlite else ON_POSTGRES:
        all_ids = role == "respondent" and any_platform.database.is_sqlite
        forbidden, tried = Net(marked.forbidden(role)), rows if all_ids else some
        hidden = {needle.decode() for needle in forbidden.names}
        async with a_walker(any_platform, app, marked.people[role]) as walker:
            seen = await walker.crawl(*STARTS, f"/disputes/{marked.case.id}")
            if role in TRY_ALL:
                for route in routes(any_platform, "GET"):
                    seen += await try_every_id(walker, role, route, tried, marked, found, hidden, all_ids=all_ids)
        for answer in seen:
            found.take(role, answer, forbidden, everything)
    assert not found.broken, sorted(found.broken)
    assert not found.leaks, sorted(found.leaks)
    assert not found.told, sorted(found.told)
    assert not found.laboured, sorted(found.laboured)
    if any_platform.database.is_sqlite:
        words = {mark.name for mark in marked.marks if KNOWN_TO[mark.place] and mark.name.startswith("word ")}
        unmet = words - found.met
        assert not unmet, f"nobody met these, though somebody may: is the walk blind? {sorted(unmet)}"
        known = {route.path for route in routes(any_platform, "GET")}
        excused = {path for paths in NOTHING_TO_GIVE.values() for path in paths} | {*BEFORE, *AFTER}
        given = routes_that_gave(any_platform, found.given)
        assert excused <= known - given, "the lists name what is no route any more, or gave something"
        assert not known - excused - given, "each must give somebody something"


async def test_each_side_has_something_of_each_kind_that_the_other_may_not_see(
    platform: Platform, clock: Hands
) -> None:
    """Else the walk would meet the routes of such things with ids that nobody may know, and prove little."""
    marked = await a_marked_case(platform, clock)
    await fill_further(platform, marked)
    rows = await mark_ids(platform, marked)
    for table in sorted(set(OWNERS.values()) - SHARED.keys()):
        places = {PLACES[table](marked, row, rows) for row in rows[table]} - {None}
        for side in ("claimant", "respondent"):
            hidden = [place for place in places if place and KNOWN_TO[place] and side not in KNOWN_TO[place]]
            assert hidden, f"no row of {table} that {side} may not see, and somebody may"
