"""The guided questionnaire as the claimant of the CRM case answers it, page by page, with each step and its proof."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from odr.words import _, day
from web.demo.case import Case
from web.demo.milestones import Milestones

NO_DOCUMENT: Final = "none"
SEASON: Final = timedelta(weeks=10)
"""How long after the mediation opens the claimant's season begins."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that was done: what (a key of the questionnaire), when, in a few words, and which file proves it."""

    what: str
    on: date
    words: str
    proof: str = NO_DOCUMENT


def steps(when: Milestones) -> tuple[Step, ...]:
    """What the claimant had done before it complained, in its order."""
    return (
        Step("meeting", when.steering_meeting, _("Steering committee: the questions that await an answer are listed.")),
        Step("reminder", when.chased,
             _("To the project's head, after the day on which all should have been live: a firm date is asked for; "
               "none came."), "relance-date-ferme.eml"),
        Step("report", when.acceptance_report,
             _("Acceptance report signed by both: fourteen reservations, five of them blocking."), "pv-de-recette.pdf"),
        Step("withheld", when.third_invoice_due,
             _("The third invoice is not paid while the blocking reservations stand.")),
        Step("notice", when.formal_notice,
             _("By registered letter to the managing director: a plan within eight days. Only a holding answer came."),
             "mise-en-demeure.pdf"),
    )  # fmt: skip


def pages(case: Case) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield each page's key and its answers, in the questionnaire's order; the steps come with their proofs."""
    said, own, other, when = case.complaint, case.claimant, case.respondent, case.when
    contact = case.holder_of("representative", "respondent")
    yield "about", {"title": said.title, "category": said.category}
    yield (
        "facts",
        {
            "late_promised": when.delivery_due.isoformat(),
            "late_state": "part",
            "late_missing": _(
                "An import of the contacts that goes to its end, and the five blocking reservations lifted."
            ),
            "late_reason": _("That the specification changed eleven times, and that our answers came late."),
            "facts": said.what_happened,
        },
    )
    yield (
        "contract",
        {
            "contract": _(
                "%(reference)s, signed on %(day)s", reference=said.contract_reference, day=day(when.contract_signed)
            ),
            "clauses": "scope,acceptance,delays,price,penalties",
            "clause_words": _(
                "Article 4: live within eight months of the signature. Article 8: acceptance, and what a blocking "
                "reservation is. Article 9: 0.5 per cent of the price for each week of delay, 10 per cent at most."
            ),
            "mediation": "yes",
            "mediation_words": _(
                "Article 11: the parties first look for an amicable solution, if need be with a mediator named by a "
                "mediation centre; without an agreement after three months, either may go to court."
            ),
        },
    )
    yield "steps", {}
    yield (
        "loss",
        {
            "loss": _(
                "Six months of work on spreadsheets for eleven sales people, reminders of quotes that leave late, and "
                "a share of won quotes that fell from 21.0 to 14.7 per cent. What was paid so far: 28,800 euros."
            ),
            "amount": str(said.amount),
            "currency": "EUR",
            "continuity": "slowed",
        },
    )
    yield (
        "urgency",
        {
            "urgent": "date",
            "urgent_on": (when.signed + SEASON).isoformat(),
            "urgent_why": _(
                "Our season begins: the shops that open in spring order then, and quotes must leave the same day."
            ),
        },
    )
    yield "outcome", {"outcomes": "deliver,repair,reduce,schedule", "wished": said.wished_outcome}
    yield (
        "company",
        {
            "company": own.name,
            "registration": f"{own.spaced_siren} {own.register}",
            "address": own.address.on_one_line(),
        },
    )
    yield (
        "others",
        {
            "respondent": other.name,
            "respondent_registration": f"{other.spaced_siren} {other.register}",
            "respondent_address": other.address.on_one_line(),
            "contact_name": contact.name,
            "contact_email": contact.email,
        },
    )
