"""Plays the case up to where each role has something to do: consents to give, a text to freeze, a request to read."""

from collections.abc import Callable

from odr.bootstrap import Platform
from odr.words import _
from web.demo import examining, others, sentences, settling, talking
from web.demo.case import Case
from web.demo.place import Place
from web.demo.script import first_link, play_to_the_open_table, table_in
from web.demo.table import Table


async def rehearse(place: Place, platform: Platform, case: Case, say: Callable[[str], None]) -> None:
    """Play on the site that serves already. Raises UnexpectedError."""
    async with table_in(place, case, say) as table:
        await play_to_the_open_table(table, await first_link(platform, case))
        await _leave_things_to_do(table)


async def _leave_things_to_do(table: Table) -> None:
    """Stop where each role is awaited: consents to give, a text to read and freeze, a second request to qualify."""
    await talking.lodge_everything(table)
    await talking.speak_before_the_report(table)
    await examining.examine(table)
    await talking.speak_after_the_report(table)
    await sentences.say_with_consent(table)
    await talking.ask_disclosures(table)
    await settling.draft_settlement(table)
    await others.play_the_others(table)
    await _second_request(table)


async def _second_request(table: Table) -> None:
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
    await table[leader.key].post(f"/disputes/{made['id']}/file")
    table.tell(leader.key, _("files a request of their own, which awaits the secretariat"))
