"""What missions are called on pages: states, and the sentences of what must be mended."""

from typing import Final

from odr.expertise.queries import MissionState
from odr.words import phrase

STATES: Final = {
    MissionState.PROPOSED: (phrase("The expert has yet to answer"), "wait"),
    MissionState.DECLINED: (phrase("Declined by the expert"), "plain"),
    MissionState.ACCEPTED: (phrase("Under way"), "accent"),
    MissionState.REPORTED: (phrase("Report received"), "good"),
    MissionState.ENDED: (phrase("Ended without a report"), "plain"),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of these."),
    "too_many": phrase("Choose at most 200 at once."),
    "already_seated": phrase("This person sits at this table already: choose another expert."),
    "must_be_independent": phrase("Only an independent expert can accept. If you are not, decline."),
    "not_a_report": phrase("Choose a paper on your desk whose kind is “Report”."),
}
