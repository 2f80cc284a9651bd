"""What is asked about the cause, by kind of dispute; data, no I/O."""

from typing import Final

from odr.disputes.queries import Category
from odr.intake.shapes import TEXT, Option, Question, Shape
from odr.words import phrase

_YES_NO: Final = (
    Option("yes", phrase("Yes")),
    Option("no", phrase("No")),
    Option("unknown", phrase("I do not know")),
)
_YES: Final = frozenset({"yes"})


def _of(category: Category, *questions: Question) -> tuple[Question, ...]:
    kind = frozenset({category})
    return tuple(
        Question(q.key, q.shape, q.label, q.hint, q.options, q.limit, q.required, kind, q.after) for q in questions
    )


CAUSES: Final[tuple[Question, ...]] = (
    *_of(
        Category.LATE_DELIVERY,
        Question("late_promised", Shape.DAY, phrase("When was delivery promised?")),
        Question(
            "late_state",
            Shape.ONE,
            phrase("Where does delivery stand today?"),
            options=(
                Option("nothing", phrase("Nothing was delivered")),
                Option("part", phrase("A part was delivered")),
                Option("late", phrase("All was delivered, too late")),
            ),
        ),
        Question(
            "late_missing",
            Shape.TEXT,
            phrase("What is still missing?"),
            limit=TEXT,
            after=("late_state", frozenset({"nothing", "part"})),
        ),
        Question(
            "late_reason",
            Shape.TEXT,
            phrase("What reason does the other party give for the delay?"),
            phrase("Even if you do not share it."),
            limit=TEXT,
        ),
    ),
    *_of(
        Category.CHANGING_SCOPE,
        Question(
            "scope_source",
            Shape.ONE,
            phrase("Where is the agreed scope written?"),
            options=(
                Option("specification", phrase("In a specification that both parties signed")),
                Option("offer", phrase("In an offer or an order")),
                Option("mails", phrase("In mails or minutes of meetings")),
                Option("nowhere", phrase("Nowhere in full")),
            ),
        ),
        Question("scope_changes", Shape.TEXT, phrase("What was added or changed, and who asked for it?"), limit=TEXT),
        Question("scope_priced", Shape.ONE, phrase("Were the changes priced in writing?"), options=_YES_NO),
        Question(
            "scope_price", Shape.LINE, phrase("At what price, and who accepted it?"), after=("scope_priced", _YES)
        ),
    ),
    *_of(
        Category.DEFECTS,
        Question("defects_list", Shape.TEXT, phrase("Which defects are there, the gravest first?"), limit=TEXT),
        Question(
            "defects_use",
            Shape.ONE,
            phrase("Can what was delivered be used?"),
            options=(
                Option("no", phrase("No")),
                Option("part", phrase("In part, or with detours")),
                Option("yes", phrase("Yes, with inconveniences")),
            ),
        ),
        Question(
            "defects_acceptance",
            Shape.ONE,
            phrase("Was acceptance refused?"),
            phrase("Acceptance: the moment when the customer confirms that the work is as agreed."),
            options=(
                Option("refused", phrase("Yes, acceptance was refused")),
                Option("reserved", phrase("It was given, with reservations")),
                Option("given", phrase("It was given without reservation")),
                Option("never", phrase("It was never organised")),
            ),
        ),
        Question(
            "defects_refused_on",
            Shape.DAY,
            phrase("On which day was it refused, or were the reservations made?"),
            after=("defects_acceptance", frozenset({"refused", "reserved"})),
        ),
    ),
    *_of(
        Category.UNPAID_INVOICE,
        Question("invoice_numbers", Shape.LINE, phrase("Which invoices are unpaid?"), phrase("Their numbers.")),
        Question("invoice_due", Shape.DAY, phrase("When was the oldest of them due?")),
        Question("invoice_contested", Shape.ONE, phrase("Does the other party contest them?"), options=_YES_NO),
        Question(
            "invoice_reason",
            Shape.TEXT,
            phrase("For what reason?"),
            limit=TEXT,
            after=("invoice_contested", _YES),
        ),
    ),
    *_of(
        Category.MANAGED_SERVICES,
        Question(
            "service_level",
            Shape.TEXT,
            phrase("Which service levels were promised?"),
            phrase("Availability, time to answer, time to repair: as the contract says."),
            limit=TEXT,
        ),
        Question("service_reached", Shape.TEXT, phrase("Which were reached, by whose measure?"), limit=TEXT),
        Question(
            "service_incidents",
            Shape.ONE,
            phrase("How often did the service fail in the last twelve months?"),
            options=(
                Option("once", phrase("Once")),
                Option("several", phrase("Several times")),
                Option("lasting", phrase("All the time, or for weeks")),
            ),
        ),
        Question("service_credits", Shape.ONE, phrase("Were penalties or service credits claimed?"), options=_YES_NO),
    ),
    *_of(
        Category.LICENCE,
        Question("licence_product", Shape.LINE, phrase("Which software or right is it about?")),
        Question(
            "licence_issue",
            Shape.ONE,
            phrase("What is the quarrel?"),
            options=(
                Option("audit", phrase("An audit and what it asks for")),
                Option("use", phrase("How many people or machines may use it")),
                Option("end", phrase("The end or the renewal of the licence")),
                Option("ownership", phrase("Who owns what was developed")),
            ),
        ),
        Question(
            "licence_audit", Shape.DAY, phrase("When did the audit end?"), after=("licence_issue", frozenset({"audit"}))
        ),
    ),
    *_of(
        Category.DATA_PROTECTION,
        Question(
            "data_happened",
            Shape.ONE,
            phrase("What happened to the data?"),
            options=(
                Option("breach", phrase("Somebody had access who should not")),
                Option("loss", phrase("Data were lost or cannot be used")),
                Option("use", phrase("They were used for something else than agreed")),
                Option("return", phrase("They are not given back or not erased")),
            ),
        ),
        Question("data_since", Shape.DAY, phrase("When was it discovered?")),
        Question(
            "data_authority",
            Shape.ONE,
            phrase("Was the data protection authority told?"),
            phrase("Name nobody here whose data are concerned: the other party will read this."),
            options=_YES_NO,
        ),
        Question("data_told_on", Shape.DAY, phrase("On which day was it told?"), after=("data_authority", _YES)),
    ),
    *_of(
        Category.PRICE_INDEXATION,
        Question(
            "price_clause", Shape.TEXT, phrase("What does the contract say about changing the price?"), limit=TEXT
        ),
        Question("price_asked", Shape.LINE, phrase("Which increase is asked for, from when?")),
        Question("price_paid", Shape.ONE, phrase("Is the increase being paid meanwhile?"), options=_YES_NO),
    ),
    *_of(
        Category.OTHER,
        Question(
            "other_point",
            Shape.TEXT,
            phrase("What is the point on which you disagree?"),
            phrase("In a sentence or two."),
            limit=TEXT,
        ),
    ),
)
"""Every question about the cause. Each is asked in one kind of dispute."""
