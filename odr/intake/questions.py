"""THE questionnaire: its topics in their order, and which question follows which; data, no I/O."""

from typing import Final

from odr.disputes.queries import Category
from odr.intake.causes import CAUSES
from odr.intake.repeated import ADDRESS, CONTACT, NAME, OTHERS, REGISTRATION, STEP
from odr.intake.shapes import TEXT, Option, Question, Shape, Topic
from odr.words import phrase

KINDS: Final[dict[Category, str]] = {
    Category.LATE_DELIVERY: phrase("Late delivery"),
    Category.CHANGING_SCOPE: phrase("Changing scope"),
    Category.DEFECTS: phrase("Defects, acceptance refused"),
    Category.UNPAID_INVOICE: phrase("Unpaid invoice"),
    Category.MANAGED_SERVICES: phrase("Managed services"),
    Category.LICENCE: phrase("Licence"),
    Category.DATA_PROTECTION: phrase("Data protection or security"),
    Category.PRICE_INDEXATION: phrase("Price indexation"),
    Category.OTHER: phrase("Something else"),
}
CURRENCIES: Final = ("EUR", "CHF", "GBP", "USD")

TOPICS: Final[tuple[Topic, ...]] = (
    Topic(
        "about",
        phrase("What it is about"),
        phrase("The kind of dispute decides what you are asked next."),
        (
            Question(
                "title",
                Shape.LINE,
                phrase("Title of the dispute"),
                phrase(
                    "In a few words. The other party reads it in its invitation: keep confidential matters out of it."
                ),
                limit=NAME,
                required=True,
            ),
            Question(
                "category",
                Shape.ONE,
                phrase("Kind of dispute"),
                options=tuple(Option(category.value, label) for category, label in KINDS.items()),
                required=True,
            ),
        ),
    ),
    Topic(
        "facts",
        phrase("What happened"),
        phrase("Facts and dates. You lodge documents in your private draft, now or later."),
        (
            *CAUSES,
            Question(
                "facts",
                Shape.TEXT,
                phrase("What happened"),
                phrase(
                    "The facts in their order, with dates. You lodge documents later. The other party will read this"
                    " once it accepts."
                ),
                limit=TEXT,
                required=True,
            ),
        ),
    ),
    Topic(
        "contract",
        phrase("The contract"),
        phrase("Tick what plays a part; you need not be a lawyer. What you do not know, leave out."),
        (
            Question(
                "contract",
                Shape.LINE,
                phrase("Contract or order concerned"),
                phrase("Its number and date, if there is one."),
            ),
            Question(
                "clauses",
                Shape.MANY,
                phrase("Which clauses play a part?"),
                options=(
                    Option("scope", phrase("Scope: what is to be delivered")),
                    Option("acceptance", phrase("Acceptance: how work is tried and confirmed")),
                    Option("delays", phrase("Delays and milestones")),
                    Option("price", phrase("Price and payment")),
                    Option("penalties", phrase("Penalties or service credits")),
                    Option("liability", phrase("Limits of liability")),
                    Option("termination", phrase("Ending the contract")),
                    Option("data", phrase("Data, security, confidentiality")),
                ),
            ),
            Question(
                "clause_words",
                Shape.TEXT,
                phrase("What do they say?"),
                phrase("Their numbers, and the sentences that count."),
                limit=TEXT,
                after=(
                    "clauses",
                    frozenset(
                        {"scope", "acceptance", "delays", "price", "penalties", "liability", "termination", "data"}
                    ),
                ),
            ),
            Question(
                "mediation",
                Shape.ONE,
                phrase("Does the contract ask for mediation before a court?"),
                options=(
                    Option("yes", phrase("Yes")),
                    Option("no", phrase("No")),
                    Option("unknown", phrase("I do not know")),
                ),
            ),
            Question(
                "mediation_words",
                Shape.TEXT,
                phrase("What does that clause say?"),
                limit=TEXT,
                after=("mediation", frozenset({"yes"})),
            ),
        ),
    ),
    Topic(
        "steps",
        phrase("What you have done so far"),
        phrase(
            "Reminders, meetings, a formal notice: each with its date. The other party and the centre read the list;"
            " the documents stay in your private draft until you share them."
        ),
        (),
        STEP,
        told=phrase("What was done so far"),
    ),
    Topic(
        "loss",
        phrase("What it costs you"),
        phrase("An estimate will do. You can work out the detail later, line by line."),
        (
            Question(
                "loss",
                Shape.TEXT,
                phrase("What have you lost, or do you stand to lose?"),
                told=phrase("What the claimant has lost, or stands to lose"),
                hint=phrase("Work done again, sales not made, penalties paid, people tied up."),
                limit=TEXT,
            ),
            Question(
                "amount",
                Shape.MONEY,
                phrase("Amount at stake"),
                phrase("An estimate will do; leave it empty if it is not about money."),
            ),
            Question(
                "currency",
                Shape.LIST,
                phrase("Currency"),
                options=tuple(Option(currency, currency) for currency in CURRENCIES),
                required=True,
            ),
            Question(
                "continuity",
                Shape.ONE,
                phrase("Does your activity suffer?"),
                told=phrase("Does the claimant's activity suffer?"),
                options=(
                    Option("none", phrase("No, it goes on as usual")),
                    Option("slowed", phrase("It is slowed down")),
                    Option("part", phrase("A part of it stands still")),
                    Option("stopped", phrase("It stands still")),
                ),
            ),
        ),
        told=phrase("What it costs the claimant"),
    ),
    Topic(
        "urgency",
        phrase("How urgent it is"),
        phrase("The centre reads the most urgent requests first."),
        (
            Question(
                "urgent",
                Shape.ONE,
                phrase("Does time make it worse?"),
                options=(
                    Option("no", phrase("No")),
                    Option("grows", phrase("Yes, a little every week")),
                    Option("date", phrase("Yes, from a certain date on")),
                ),
            ),
            Question(
                "urgent_on",
                Shape.DAY,
                phrase("From which date on?"),
                phrase("The end of a contract, a launch, a limitation period."),
                after=("urgent", frozenset({"date"})),
            ),
            Question(
                "urgent_why",
                Shape.TEXT,
                phrase("What happens then?"),
                limit=TEXT,
                after=("urgent", frozenset({"grows", "date"})),
            ),
        ),
        told=phrase("How urgent it is for the claimant"),
    ),
    Topic(
        "outcome",
        phrase("The outcome you wish"),
        phrase("Nothing here binds you. It helps the other party to see what could settle it."),
        (
            Question(
                "outcomes",
                Shape.MANY,
                phrase("What would settle it?"),
                options=(
                    Option("deliver", phrase("The work is delivered or finished")),
                    Option("repair", phrase("Defects are repaired")),
                    Option("pay", phrase("An invoice is paid")),
                    Option("reduce", phrase("The price is reduced, or a credit note given")),
                    Option("compensate", phrase("A loss is made good")),
                    Option("schedule", phrase("A new schedule is agreed")),
                    Option("end", phrase("The contract ends in good order")),
                    Option("explain", phrase("An explanation, or another way of working")),
                ),
            ),
            Question(
                "wished",
                Shape.TEXT,
                phrase("The outcome you wish"),
                phrase("What would settle it for you, even in part."),
                told=phrase("The outcome wished"),
                limit=TEXT,
                required=True,
            ),
        ),
        told=phrase("The outcome wished"),
    ),
    Topic(
        "company",
        phrase("Your company"),
        phrase("As it stands in the commercial register."),
        (
            Question("company", Shape.LINE, phrase("Name of your company"), limit=NAME, required=True),
            Question(
                "registration",
                Shape.LINE,
                phrase("Registration number"),
                phrase("SIREN, for a French company."),
                limit=REGISTRATION,
            ),
            Question("address", Shape.LINE, phrase("Address"), limit=ADDRESS),
        ),
    ),
    Topic(
        "others",
        phrase("The other party"),
        phrase("Nobody is told of anything before you send your request."),
        (
            Question("respondent", Shape.LINE, phrase("Name of the other company"), limit=NAME, required=True),
            Question("respondent_registration", Shape.LINE, phrase("Its registration number"), limit=REGISTRATION),
            Question("respondent_address", Shape.LINE, phrase("Its address"), limit=ADDRESS),
            Question(
                "contact_name",
                Shape.LINE,
                phrase("Person to invite"),
                phrase("Somebody who may decide for that company."),
                limit=CONTACT,
                required=True,
            ),
            Question("contact_email", Shape.EMAIL, phrase("That person's e-mail address"), required=True),
        ),
        OTHERS,
    ),
)

BY_KEY: Final = {topic.key: topic for topic in TOPICS}


def topic_after(key: str) -> Topic | None:
    """Return the page that follows a page; none after the last."""
    keys = [topic.key for topic in TOPICS]
    place = keys.index(key) + 1
    return TOPICS[place] if place < len(keys) else None
