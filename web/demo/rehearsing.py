"""Plays the cases up to where each role has something to do: sentences to allow, a text to freeze, a file to reopen."""

from collections.abc import Callable

from odr.bootstrap import Platform
from odr.words import _
from web.demo import examining, haggling, hosting, sentences, settling, talking
from web.demo.case import Case
from web.demo.cases import Played
from web.demo.clock import StoryClock
from web.demo.place import Place
from web.demo.script import first_link, play_to_the_report, table_in
from web.demo.table import Table


async def rehearse(
    place: Place, platform: Platform, case: Case, clock: StoryClock, say: Callable[[str], None]
) -> list[Played]:
    """Play on the site that serves already; return the cases that visitors find. Raises UnexpectedError."""
    async with table_in(place, case, clock, say) as table:
        told = await play_to_the_report(table, await first_link(platform, case))
        await examining.examine(table)
        await talking.speak_after_the_report(table)
        await haggling.haggle(table)
        await talking.sum_up(table)
        await settling.draft_settlement(table)
        await sentences.leave_sentences_to_answer(table)
        await hosting.leave_half_way(told.hosting, told.ended, platform)
        own = await _second_request(table)
        return [
            Played("crm", table.dispute_id, table.reference),
            Played("hosting", told.hosting.dispute_id, told.hosting.reference),
            Played("ended", told.ended.dispute_id, told.ended.reference),
            Played("declined", told.declined.dispute_id, told.declined.reference),
            own,
        ]


async def _second_request(table: Table) -> Played:
    """The respondent, too, has somebody to complain of: a request that awaits the secretariat."""
    leader = table.case.holder_of("representative", "respondent")
    own = table.case.respondent
    made = await table[leader.key].post(
        "/disputes",
        {
            "title": _("Hosting invoices disputed by our subcontractor"),
            "category": "unpaid_invoice",
            "amount_cents": 640_000,
            "facts": _("Two invoices for the hosting of our test platform are disputed, and the service is cut."),
            "wished": _("To have the service back this month, and a common reading of the contract's tariff."),
            "company": own.name,
            "registration": f"{own.spaced_siren} {own.register}",
            "respondent": "Hébergement des Trois Ponts",
            "contact_name": "Solène Garrigoux",
            "contact_email": "solene.garrigoux@trois-ponts.example",
        },
    )
    filed = await table[leader.key].post(f"/disputes/{made['id']}/file")
    table.tell(leader.key, _("files a request of their own, which awaits the secretariat"))
    return Played("request", made["id"], filed["reference"])
