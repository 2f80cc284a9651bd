"""Two earlier files of the same claimant: an invitation that was declined, a mediation that ended without an agreement.

They are played on the same site, weeks before the CRM case; only the other companies are new.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from odr.words import _, phrase
from web.demo import opening
from web.demo.cast import HOST_CONTACT
from web.demo.hands import Hands
from web.demo.shapes import Address, Company, Complaint, Person, Side
from web.demo.table import Table, expect

PDF: Final = b"%PDF-"


@dataclass(frozen=True, slots=True)
class Matter:
    """What another case is about, against whom, and who answers there. Texts are phrases."""

    title: str
    category: str
    contract: str
    amount: Decimal
    facts: str
    wished: str
    company: Company
    contact: Person


_STREET: Final = Address("2, rue des Invités", "35000", "Rennes")

PRINTER: Final = Matter(
    phrase("Catalogues printed with last year's prices"),
    "defects",
    "IMP-2025-118",
    Decimal(9_200),
    phrase(
        "Four thousand catalogues were delivered with the prices of the year before. The proof that we had signed was "
        "right."
    ),
    phrase("A reprint, or the price back."),
    Company("Imprimerie Kersauzon", "SARL", "40 000 €", "732905118", "RCS Rennes", _STREET, "02 61 91 00 10",
            "kersauzon.example", "imprimerie offset, 12 salariés"),
    Person("kersauzon", "Gaël", "Kersauzon", "gael.kersauzon@kersauzon.example", "Gérant", "representative",
           "respondent"),
)  # fmt: skip
HOST: Final = Company(
    "Infogérance des Trois Ponts", "SAS", "150 000 €", "764219830", "RCS Rennes", _STREET, "02 61 91 00 30",
    "trois-ponts.example", "infogérance, 34 salariés",
)  # fmt: skip
INDEX: Final = Matter(
    phrase("Managed services: a price revised by the wrong index"),
    "price_indexation",
    "INF-2024-007",
    Decimal(21_600),
    phrase("The host has revised its monthly price by an index that the contract does not name, for eleven months."),
    phrase("Invoices put right from the first month on."),
    HOST,
    HOST_CONTACT,
)


async def declined(table: Table) -> Table:
    """The other company declines, with a reason that may be told: the claimant gets a dated record of the attempt."""
    table.narrator.chapter(_("An earlier file: the invitation is declined"))
    other = seated(table, PRINTER)
    await opening.file_the_request(other)
    await opening.invite(other)
    token = await other.link_for(PRINTER.contact)
    other.turn_to(table.case.when.earlier_answered)
    await other.http.post(f"/api/v1/invitations/{token}/open")
    answer = await other.http.post(
        f"/api/v1/invitations/{token}/decline",
        json={
            "code": await other.code_for(PRINTER.contact),
            "reason": _("We would rather wait for the expert's opinion of our insurer."),
            "tell_reason": True,
        },
    )
    expect(answer.status_code == 204, f"{answer.status_code} {answer.text[:300]}")  # noqa: PLR2004 -- No Content
    other.tell(PRINTER.contact.name, _("declines, and lets the reason be told"))
    claimant = leader_of(other, "claimant")

    async def recorded() -> dict[str, Any] | None:
        invited = await claimant.get(f"{other.dispute}/invitations")
        return invited[0] if invited and invited[0]["record"] else None

    invited = await other.until(recorded, _("the record of the attempt"))
    paper = await claimant.ask("GET", f"{other.dispute}/invitations/{invited['party_id']}/record")
    expect(paper.content.startswith(PDF), _("the record of the attempt is a PDF"))
    other.tell(claimant, _("receives the record of the attempt: dates and facts, no opinion"))
    return other


async def ended(table: Table) -> Table:
    """A mediation that ends without a settlement: each party receives the certificate, which says only that.

    The file is closed, and its record sealed.
    """
    table.narrator.chapter(_("Another earlier file: no agreement"))
    other = seated(table, INDEX)
    await opening.file_the_request(other)
    await opening.bring_to_the_table(other)
    await opening.open_the_table(other)
    other.turn_to(table.case.when.earlier_closed)
    mediator = other[other.case.holder_of("mediator").key]
    await mediator.post(f"{other.dispute}/end", {"reason": _("The parties have said all they had to say.")})
    other.tell(mediator, _("ends the mediation"))
    for hands in (leader_of(other, "claimant"), leader_of(other, "respondent")):

        async def certified(hands: Hands = hands) -> bytes | None:
            answer = await hands.try_to("GET", f"{other.dispute}/certificate")
            return answer.content if answer.status_code == 200 else None  # noqa: PLR2004 -- OK

        paper = await other.until(certified, _("the certificate"))
        expect(paper.startswith(PDF), _("the certificate is a PDF"))
        other.tell(hands, _("receives the certificate that no agreement was reached: facts only"))
    secretary = other[other.case.holder_of("secretariat").key]
    await secretary.post(f"{other.dispute}/close")
    other.tell(secretary, _("closes the file"))
    return other


def leader_of(table: Table, side: Side) -> Hands:
    """Return the hands of a side's representative."""
    return table[table.case.holder_of("representative", side).key]


def seated(table: Table, matter: Matter) -> Table:
    """The same people around another table: the claimant's representative, the centre, and the other company's."""
    case = table.case
    leader = case.holder_of("representative", "claimant")
    complaint = Complaint(
        _(matter.title), matter.category, matter.contract, matter.amount, _(matter.facts), _(matter.wished)
    )
    people = (leader, matter.contact, *case.team("centre"))
    own = replace(case, people=people, respondent=matter.company, complaint=complaint)
    return replace(table, case=own, dispute_id="", reference="", rooms={}, exhibits={})
