"""Refusals of what was done already, or changed while it was looked at: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "changed_meanwhile": Words(
        phrase("This has changed since it was shown to you"),
        phrase("Nothing was recorded: it was answered, ended or replaced. Look at what stands there now."),
    ),
    "extended_already": Words(
        phrase("The term of this mediation was extended already"),
        phrase("That can be done once only, so nothing changed. The dispute's page says when it ends."),
    ),
    "already_opened": Words(
        phrase("Another party has opened it already"),
        phrase("What was read can't be taken back, so nothing changed. Tell the mediator if it should not be there."),
    ),
    "already_there": Words(
        phrase("Everyone who would see it sees it already"),
        phrase("Nothing more was recorded: it stands there as it is."),
    ),
    "already_seated": Words(
        phrase("This person sits at this table already"),
        phrase("Nobody sits at one table twice, so nothing changed. The team's page says who sits for whom."),
    ),
    "account_exists": Words(
        phrase("There is an account with this address already"),
        phrase("Nothing was made. Sign in with it; if the password is forgotten, set a new one."),
    ),
    "agreed_already": Words(
        phrase("You have agreed already"),
        phrase("Nothing more was recorded: a second person of the centre must agree too."),
    ),
    "same_points": Words(phrase("This part of the score has that many points already"), phrase("Nothing was changed.")),
    "version_saved_meanwhile": Words(
        phrase("Somebody saved another version meanwhile"),
        phrase("Nothing was saved over it. Read the newest version, then enter your changes there."),
    ),
    "key_reused": Words(
        phrase("This key stands for another request"),
        phrase("Nothing was made. Send other answers under a key of their own."),
    ),
    "rotated_just_now": Words(
        phrase("The keys were renewed a moment ago"),
        phrase("Nothing was destroyed. Try again ten minutes after the renewal."),
    ),
    "rotation_under_way": Words(
        phrase("The keys are still being renewed"),
        phrase("Nothing was destroyed. Try again when no key lies under a former one any more."),
    ),
}
