"""The words of appointments: endings, languages, and the sentences of what must be mended."""

from collections.abc import Mapping
from typing import Final, cast

from babel import Locale

from odr.appointment.lists import ChoiceOutcome
from odr.appointment.profiles import LANGUAGES, ProfileView
from odr.appointment.queries import DeclaredView, Ending
from odr.intake.questions import KINDS
from odr.words import _, phrase, reader, short_day

ENDINGS: Final[dict[Ending, str]] = {
    Ending.REPLACED: phrase("Replaced by the centre"),
    Ending.OBJECTED: phrase("Replaced by the centre after an objection"),
    Ending.RECUSED: phrase("Stepped down"),
}

OUTCOMES: Final[dict[ChoiceOutcome, str]] = {
    ChoiceOutcome.DECIDED: phrase("Decided by the rule"),
    ChoiceOutcome.NONE_LEFT: phrase("Nobody remained: the centre proposes anew"),
    ChoiceOutcome.BY_A_PERSON: phrase("A side asked that a person chooses: the centre proposes"),
    ChoiceOutcome.WITHDRAWN: phrase("The centre appointed somebody itself"),
}

SENTENCES: Final[dict[str, str]] = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of the list."),
    "bad_number": phrase("Write a whole number from 0 to 99, or leave it empty."),
    "bad_date": phrase("Write a date, or leave it empty."),
    "already_seated": phrase("This person sits at this table already."),
    "absent": phrase("This mediator is absent: see until when in their profile."),
    "too_many": phrase("A mediator and a co-mediator sit at this table already."),
    "in_place": phrase(
        "A mediator who declared their interests is in place. Add a co-mediator, or first end that appointment with a"
        " reason, on the page of the appointment."
    ),
    "choose_three_to_seven": phrase("Choose three to seven mediators."),
    "bad_strikes": phrase("Write a number smaller than that of the mediators, or leave it empty."),
    "same_rank": phrase("Another mediator has this rank already."),
    "too_many_strikes": phrase("You may strike %(strikes)s at most."),
    "none_or_text": phrase("Say either “no tie” or which tie it is, not both."),
    "must_be_independent": phrase(
        "Tick this to declare your independence. If you cannot, step down: the centre appoints somebody else."
    ),
}


def language_names() -> dict[str, str]:
    """Return what the languages of profiles are called in the reader's language."""
    names = cast("Mapping[str, str]", Locale(reader.get().language).languages)
    return {code: names.get(code, code) for code in LANGUAGES}


def places_words(profile: ProfileView) -> str:
    """Return whether a mediator is free, in a few words."""
    if profile.absent_until is not None:
        return _("Absent until %(day)s", day=short_day(profile.absent_until))
    if profile.places_left is None:
        return _("Has not said how many mediations they take")
    if profile.places_left == 0:
        return _("No place left")
    return _("%(left)s of %(all)s places left", left=profile.places_left, all=profile.places or 0)


def profile_rows(profile: ProfileView, *, all_of_it: bool = False) -> list[tuple[str, str]]:
    """Return a profile as rows of label and words; whether they are free is for the centre alone (``all_of_it``)."""
    names = language_names()
    rows = [
        (_("Specialities"), ", ".join(_(KINDS[each]) for each in profile.specialities)),
        (_("Languages"), ", ".join(names[each] for each in profile.languages)),
        (_("Presentation"), profile.presentation),
        (_("Accreditation"), profile.accreditation),
    ]
    if all_of_it:
        rows.append((_("Places"), places_words(profile)))
    return [(label, words) for label, words in rows if words]


def tie_rows(declared: DeclaredView) -> list[tuple[str, str]]:
    """Return a declaration as rows: to what, and which tie, or plainly none."""
    return [(about, tie or _("No tie")) for about, tie in declared.ties]
