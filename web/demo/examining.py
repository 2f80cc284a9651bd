"""The neutral expert: asked, independent, supplied with joint exhibits, blind to the rest, heard by all at once."""

from typing import Any

from odr.words import _, ngettext
from web.demo.hands import Hands
from web.demo.opening import nobody_objects
from web.demo.table import Table, digest_of, expect


async def examine(table: Table) -> None:
    """The whole mission, from the questions to the report."""
    case = table.case
    table.narrator.chapter(_("The neutral expert"))
    table.turn_to(case.when.examined)
    mediator, expert = table[case.holder_of("mediator").key], table[case.holder_of("expert").key]
    experts = await mediator.get(f"{table.dispute}/experts")
    chosen = next(each["id"] for each in experts if each["name"] == expert.person.name)
    opened = await mediator.post(f"{table.dispute}/missions", {"expert_id": chosen, "questions": case.mission.question})
    mission = f"{table.dispute}/missions/{opened['id']}"
    table.tell(mediator, _("asks %(name)s four questions", name=expert.person.name))
    await expert.post(f"{mission}/accept", {"declaration": case.mission.declaration, "independent": True})
    table.tell(expert, _("accepts, and declares independence"))
    await nobody_objects(table)
    await _supply(table, mediator, expert, mission)
    table.turn_to_the_present()
    await _report(table, expert, mission)


async def _supply(table: Table, mediator: Hands, expert: Hands, mission: str) -> None:
    files = table.case.mission.supplied
    supplied = await mediator.post(f"{mission}/supplies", {"exhibit_ids": [table.exhibits[name] for name in files]})
    count = ngettext("%(n)s exhibit", "%(n)s exhibits", len(files))
    numbers = ", ".join(supplied["numbers"])
    table.tell(mediator, _("supplies %(count)s: %(numbers)s", count=count, numbers=numbers))
    desk = (await expert.get(mission))["desk_id"]
    on_desk: list[dict[str, Any]] = (await expert.get(f"{table.dispute}/rooms/{desk}/exhibits"))["exhibits"]
    expect(sorted(each["number"] for each in on_desk) == sorted(supplied["numbers"]), _("the desk holds these only"))
    other = next(
        name for name, each in table.evidence.items() if each.first_space == "joint" and name not in files
        and each.party != "expert"
    )  # fmt: skip
    unseen = await expert.is_refused("GET", table.exhibit(other), 404, "not_found")
    table.refused(expert, _("looks for a joint exhibit that was not supplied"), unseen)
    closed = await expert.is_refused("GET", f"{table.room('joint')}/messages", 404, "not_found")
    table.refused(expert, _("looks into the joint room"), closed)
    for name in files:
        target = table.evidence[name].path.parent / ".examined"
        await expert.download(f"{table.exhibit(name)}/file", target)
        expect(digest_of(target) == digest_of(table.evidence[name].path), _("what is read is what was lodged"))
        target.unlink()
    table.tell(expert, _("reads every one of them; the digests are those of the lodged files"))
    await expert.post(f"{mission}/notes", {"text": table.case.mission.conclusions[0]})


async def _report(table: Table, expert: Hands, mission: str) -> None:
    name = table.case.mission.report
    desk = (await expert.get(mission))["desk_id"]
    paper = await expert.lodge(f"{table.dispute}/rooms/{desk}", table.piece(name))
    table.exhibits[name] = paper["id"]
    posted = await expert.post(f"{mission}/report", {"exhibit_id": paper["id"]})
    table.tell(expert, _("posts the report: %(number)s, to both parties at the same moment", number=posted["number"]))
    for key in ("leguirrec", "montsegret"):
        seen = await table[key].get(mission)
        expect(seen["report_number"] == posted["number"], _("both parties have the report"))
        expect(all(each["opened_at"] for each in seen["seen"]), _("the report says what its author had seen"))
    expect((await table["leguirrec"].get(mission))["reported_at"] == (await table["montsegret"].get(mission))[
        "reported_at"
    ], _("at the same moment"))  # fmt: skip
    table.tell(_("Both parties"), _("receive it, with the digests of what the expert had read"))
