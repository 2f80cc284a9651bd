"""The demo's other cases: one declined, one that ended without a settlement, one half-way with something for each role.

They are played on the same site, with the centre and the claimant of the CRM case; only the other companies are new.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from odr.words import _, phrase
from web.demo import opening
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
FREIGHT: Final = Matter(
    phrase("A price indexed on the wrong index"),
    "price_indexation",
    "TRA-2024-031",
    Decimal(21_600),
    phrase("The carrier has revised its prices by an index that the contract does not name, for eleven months."),
    phrase("Invoices put right from the first month on."),
    Company("Transports Boisgelin", "SAS", "90 000 €", "751380297", "RCS Rennes", _STREET, "02 61 91 00 20",
            "boisgelin.example", "transport routier, 58 salariés"),
    Person("boisgelin", "Solène", "Boisgelin", "solene.boisgelin@boisgelin.example", "Présidente", "representative",
           "respondent"),
)  # fmt: skip
HOSTING: Final = Matter(
    phrase("Managed services: the service reports and the tickets do not tell the same story"),
    "managed_services",
    "INF-2024-007",
    Decimal(36_400),
    phrase(
        "The monthly reports say that the service is hardly ever interrupted; our own incident tickets add up to "
        "thirty-one hours of interruption in three months."
    ),
    phrase("A common count of the hours, then the penalties that the contract foresees."),
    Company("Infogérance des Trois Ponts", "SAS", "150 000 €", "764219830", "RCS Rennes", _STREET, "02 61 91 00 30",
            "trois-ponts.example", "infogérance, 34 salariés"),
    Person("garrigoux", "Solène", "Garrigoux", "solene.garrigoux@trois-ponts.example", "Directrice des opérations",
           "representative", "respondent"),
)  # fmt: skip

REPORTS: Final = (
    "mois;disponibilité;interruptions\n2026-07;99,9 %;0 h 40\n2026-08;99,9 %;0 h 35\n2026-09;99,9 %;0 h 42\n"
)
TICKETS: Final = (
    "ticket;début;fin;durée\nINC-4021;2026-07-06 08:10;2026-07-06 19:25;11 h 15\n"
    "INC-4107;2026-08-19 07:55;2026-08-19 16:40;8 h 45\nINC-4188;2026-09-23 09:00;2026-09-23 20:30;11 h 30\n"
)


async def play_the_others(table: Table) -> None:
    """Play the three. Raises UnexpectedError."""
    await declined(table)
    await ended(table)
    await half_way(table)


async def declined(table: Table) -> None:
    """The other company declines, with a reason that may be told: the claimant gets a dated record of the attempt."""
    table.narrator.chapter(_("A second case: the invitation is declined"))
    other = _seated(table, PRINTER)
    await opening.file_the_request(other)
    await opening.invite(other)
    token = await other.link_for(PRINTER.contact)
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
    claimant = _leader(other, "claimant")

    async def recorded() -> dict[str, Any] | None:
        invited = await claimant.get(f"{other.dispute}/invitations")
        return invited[0] if invited and invited[0]["record"] else None

    invited = await other.until(recorded, _("the record of the attempt"))
    paper = await claimant.ask("GET", f"{other.dispute}/invitations/{invited['party_id']}/record")
    expect(paper.content.startswith(PDF), _("the record of the attempt is a PDF"))
    other.tell(claimant, _("receives the record of the attempt: dates and facts, no opinion"))


async def ended(table: Table) -> None:
    """A mediation that ends without a settlement: each party receives the certificate, which says only that."""
    table.narrator.chapter(_("A third case: no settlement"))
    other = _seated(table, FREIGHT)
    await opening.file_the_request(other)
    await opening.bring_to_the_table(other)
    await opening.open_the_table(other)
    mediator = other[other.case.holder_of("mediator").key]
    await mediator.post(f"{other.dispute}/end", {"reason": _("The parties have said all they had to say.")})
    other.tell(mediator, _("ends the mediation"))
    for hands in (_leader(other, "claimant"), _leader(other, "respondent")):

        async def certified(hands: Hands = hands) -> bytes | None:
            answer = await hands.try_to("GET", f"{other.dispute}/certificate")
            return answer.content if answer.status_code == 200 else None  # noqa: PLR2004 -- OK

        paper = await other.until(certified, _("the certificate"))
        expect(paper.startswith(PDF), _("the certificate is a PDF"))
        other.tell(hands, _("receives the certificate that no agreement was reached: facts only"))


async def half_way(table: Table) -> None:
    """A mediation that is left open, with something that awaits each role."""
    table.narrator.chapter(_("A fourth case, half-way"))
    other = _seated(table, HOSTING)
    await opening.file_the_request(other)
    await opening.bring_to_the_table(other)
    await opening.open_the_table(other)
    claimant, respondent = _leader(other, "claimant"), _leader(other, "respondent")
    mediator, expert = (other[other.case.holder_of(role).key] for role in ("mediator", "expert"))
    await _lodge(other, respondent, "joint", "rapports-de-service.csv", _("Monthly service reports"), REPORTS)
    await _lodge(other, claimant, "joint", "tickets.csv", _("Incident tickets"), TICKETS)
    kept = await _lodge(
        other, respondent, "caucus_respondent", "astreintes.csv", _("Register of on-call duty"), TICKETS.upper()
    )
    await mediator.post(
        f"{other.dispute}/exhibits/{kept}/disclosure",
        {"purpose": _("To compare the hours on one sheet."), "form": "original"},
    )
    other.tell(mediator, _("asks to disclose the register of on-call duty: %(name)s is awaited",
                           name=respondent.person.name))  # fmt: skip
    await mediator.post(
        f"{other.room('caucus_claimant')}/statements",
        {"text": _("A credit note in two parts could be looked at."), "purpose": _("To open the talks on the amount.")},
    )
    other.tell(mediator, _("asks to say one sentence for the claimant: %(name)s is awaited", name=claimant.person.name))
    experts: list[dict[str, Any]] = await mediator.get(f"{other.dispute}/experts")
    await mediator.post(
        f"{other.dispute}/missions",
        {
            "expert_id": str(UUID(next(each["id"] for each in experts if each["name"] == expert.person.name))),
            "questions": _("Which hours of interruption do the reports and the tickets have in common?"),
        },
    )
    other.tell(mediator, _("asks an expert to count the hours: %(name)s is awaited", name=expert.person.name))


def _leader(table: Table, side: Side) -> Hands:
    return table[table.case.holder_of("representative", side).key]


def _seated(table: Table, matter: Matter) -> Table:
    """The same people around another table: the claimant's representative, the centre, and the other company's."""
    case = table.case
    leader = case.holder_of("representative", "claimant")
    complaint = Complaint(
        _(matter.title), matter.category, matter.contract, matter.amount, _(matter.facts), _(matter.wished)
    )
    people = (leader, matter.contact, *case.team("centre"))
    own = replace(case, people=people, respondent=matter.company, complaint=complaint)
    return replace(table, case=own, dispute_id="", reference="", rooms={}, exhibits={})


async def _lodge(table: Table, hands: Hands, room: str, name: str, title: str, content: str) -> str:
    made = await hands.ask(
        "POST",
        f"{table.room(room)}/exhibits",
        params={"name": name, "title": title, "kind": "log", "origin": "produced"},
        content=content.encode(),
    )
    lodged: dict[str, Any] = made.json()
    table.tell(hands, _("lodges %(number)s “%(title)s”", number=lodged["number"], title=title))
    return str(lodged["id"])
