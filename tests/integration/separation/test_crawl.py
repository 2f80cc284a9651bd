"""Everybody walks everywhere; nobody meets what is not theirs to know, nor learns that it is there."""

from dataclasses import dataclass, field

import pytest

from odr.platform import Platform
from tests.application import application
from tests.builders import Hands
from tests.integration.separation.ids import Rows, mark_ids, one_of_each
from tests.integration.separation.marked import KNOWN_TO, ROLES, Marked, a_marked_case
from tests.integration.separation.walking import OWNERS, Net, a_walker, alike, fillings, parts_of, randomly, routes
from web.separation.walking import Route, Seen, Walker

STARTS = ("/", "/disputes", "/archive", "/account", "/people", "/operations", "/verify", "/about/proof")
TRY_ALL = {"respondent", "expert", "secretariat", "stranger", "nobody"}  # the others only follow links
ON_POSTGRES = ("respondent", "expert")


@dataclass
class Findings:
    """What went wrong: who met what and where; and what was met by somebody, so that the net is known to be tight."""

    leaks: set[tuple[str, str, str]] = field(default_factory=set)
    told: set[tuple[str, str, int, int]] = field(default_factory=set)
    broken: set[tuple[str, str, int]] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def take(self, role: str, answer: Seen, forbidden: Net, everything: Net) -> None:
        if answer.status >= 500:
            self.broken.add((role, answer.asked, answer.status))
        caught = everything.catch(parts_of(answer))
        self.met |= caught
        self.leaks |= {(role, answer.asked, name) for name in caught & set(forbidden.names.values())}


async def try_every_id(
    walker: Walker, role: str, route: Route, rows: Rows, marked: Marked, found: Findings
) -> list[Seen]:
    """Fill a route with every id; a foreign one must be answered exactly as one that nothing bears."""
    hidden = {needle.decode() for mark in marked.forbidden(role) for needle in mark.needles}
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
        async with a_walker(any_platform, app, marked.people[role]) as walker:
            seen = await walker.crawl(*STARTS, f"/disputes/{marked.case.id}")
            if role in TRY_ALL:
                for route in routes(any_platform, "GET"):
                    seen += await try_every_id(walker, role, route, tried, marked, found)
        for answer in seen:
            found.take(role, answer, forbidden, everything)
    assert not found.broken, sorted(found.broken)
    assert not found.leaks, sorted(found.leaks)
    assert not found.told, sorted(found.told)
    if any_platform.database.is_sqlite:
        words = {mark.name for mark in marked.marks if KNOWN_TO[mark.place] and mark.name.startswith("word ")}
        unmet = words - found.met
        assert not unmet, f"nobody met these, though somebody may: is the walk blind? {sorted(unmet)}"
