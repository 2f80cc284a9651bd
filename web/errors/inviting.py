"""Refusals about invitations to the table: code → words."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[str, Words]] = {
    "not_awaited": Words(
        phrase("No answer is awaited any more"),
        phrase("Nothing was sent. Look at the invitation's page: it says what was answered, and when."),
    ),
    "invitation_answered": Words(
        phrase("This invitation has been answered already"),
        phrase(
            "You or a colleague of yours answered it, and that answer stands; nothing more was recorded. If you should"
            " be at the table, ask that colleague to invite you into your team, or write to the centre."
        ),
    ),
    "invitation_moved": Words(
        phrase("This link has been replaced"),
        phrase(
            "A newer mail took its place, or a colleague of yours was named to answer. Look for the newest mail, or"
            " ask the centre."
        ),
    ),
    "code_lately": Words(
        phrase("A code was sent less than a minute ago"),
        phrase("Look into your mailbox, in its junk folder too. You can have another one sent in a minute."),
    ),
    "codes_spent": Words(
        phrase("Ten codes were sent already"),
        phrase("No more can be sent by this link. Write to the centre: it invites you anew."),
    ),
    "passed_on_enough": Words(
        phrase("This invitation was passed on three times already"),
        phrase("Nothing was changed. Write to the centre: it can correct the address."),
    ),
    "reminded_enough": Words(
        phrase("Three reminders were sent already"),
        phrase("Nothing more was sent. Those of the deadline still leave by themselves."),
    ),
    "reminded_lately": Words(
        phrase("A reminder was sent less than a day ago"),
        phrase("Nothing was sent. Give the invited party a day to read it."),
    ),
}
