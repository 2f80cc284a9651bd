"""A wrong disclosure in the CRM case: a file with names in the wrong room, stopped at once, and what follows."""

from typing import Final

from odr.words import _, exact_moment
from web.demo.opening import moment_of
from web.demo.table import Table, expect
from web.demo.talking import LODGES

WRONG: Final = "suivi-prospects.csv"


async def mistake_and_mend(table: Table) -> None:
    """The claimant's coordinator lets a file into the joint room by mistake; it is opened, and withdrawn at once."""
    table.narrator.chapter(_("A wrong disclosure, stopped"))
    case = table.case
    careless, reader = table[LODGES["claimant"]], table[case.holder_of("coordinator", "respondent").key]
    mediator = table[case.holder_of("mediator").key]
    exhibit, title = table.exhibit(WRONG), table.evidence[WRONG].title
    shared = await careless.post(f"{exhibit}/share", {"into": "joint"})
    told = _("lets “%(title)s” into the joint room by mistake: %(number)s", title=title, number=shared["number"])
    table.tell(careless, told)
    await reader.ask("GET", f"{exhibit}/file")
    table.tell(reader, _("opens it before anybody notices"))
    why = _("It names our prospects one by one: it was meant for the caucus alone.")
    stopped = await careless.post(f"{exhibit}/quarantine", {"why": why})
    table.tell(careless, _("stops the disclosure: “%(why)s”", why=why))
    gone = await reader.is_refused("GET", f"{exhibit}/file", 404, "not_found")
    table.refused(reader, _("opens it again, a moment later"), gone)
    drill = f"{table.dispute}/quarantines/{stopped['id']}"
    (known,) = (await careless.get(drill))["readers"]
    expect(known["name"] == reader.person.name and known["asked"], _("who had opened it is known, and asked"))
    opened = exact_moment(moment_of(known["opened_at"]))
    table.tell(careless, _("reads who had opened it: %(name)s, %(opened)s", name=known["name"], opened=opened))
    await reader.post(f"{drill}/copies", {"copies": "deleted"})
    table.tell(reader, _("is asked about copies, and answers: every copy was deleted"))
    leader = table[case.holder_of("representative", "claimant").key]
    await leader.post(f"{drill}/remove")
    table.tell(leader, _("takes it out for good; its line in the joint room stays, empty"))
    paper = await mediator.ask("GET", f"{drill}/record")
    expect(paper.content.startswith(b"%PDF-"), _("the record of the wrong disclosure is a PDF"))
    table.tell(mediator, _("takes the dated record of it all: who, what, when, with its proofs"))
