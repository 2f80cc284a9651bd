"""What is asked as often as there is something to say: the steps taken, the further companies; data, no I/O."""

from typing import Final

from odr.intake.shapes import Option, Question, Rows, Shape
from odr.words import phrase

NAME: Final = 200
CONTACT: Final = 120
ADDRESS: Final = 400
REGISTRATION: Final = 60
STEPS_MOST: Final = 12
OTHERS_MOST: Final = 4

STEP: Final = Rows(
    "step",
    phrase("Step %(n)s"),
    phrase("Save and add another step"),
    (
        Question(
            "what",
            Shape.LIST,
            phrase("What was done"),
            required=True,
            options=(
                Option("reminder", phrase("A reminder")),
                Option("meeting", phrase("A meeting or a call")),
                Option("complaint", phrase("A written complaint")),
                Option("notice", phrase("A formal notice")),
                Option("withheld", phrase("A payment withheld")),
                Option("report", phrase("A report by an expert or a bailiff")),
                Option("counsel", phrase("A letter from counsel")),
                Option("other", phrase("Something else")),
            ),
        ),
        Question("on", Shape.DAY, phrase("On which day")),
        Question("words", Shape.LINE, phrase("In a few words"), phrase("To whom, and what came of it.")),
        Question(
            "proof",
            Shape.PROOF,
            phrase("What proves it"),
            phrase("One of the documents in your private draft, if you have put it there."),
            options=(
                Option("later", phrase("I have a document and lodge it later")),
                Option("none", phrase("There is no document")),
            ),
        ),
    ),
    STEPS_MOST,
)

OTHERS: Final = Rows(
    "other",
    phrase("Further company %(n)s"),
    phrase("Save and add another company"),
    (
        Question(
            "name",
            Shape.LINE,
            phrase("Name of the company"),
            phrase("An integrator, a host, an insurer…"),
            limit=NAME,
            required=True,
        ),
        Question("registration", Shape.LINE, phrase("Its registration number"), limit=REGISTRATION),
        Question("address", Shape.LINE, phrase("Its address"), limit=ADDRESS),
        Question("contact_name", Shape.LINE, phrase("Person to invite"), limit=CONTACT, required=True),
        Question("contact_email", Shape.EMAIL, phrase("That person's e-mail address"), required=True),
    ),
    OTHERS_MOST,
)
