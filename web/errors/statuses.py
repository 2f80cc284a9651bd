"""What a bare status says, where no code says it better."""

from typing import Final

from odr.words import phrase
from web.errors.words import Words

WORDS: Final[dict[int, Words]] = {
    400: Words(phrase("We could not read this request"), phrase("Go back, reload the page and try again.")),
    401: Words(phrase("Please sign in"), phrase("Sign in, then do it once more.")),
    403: Words(phrase("You may not do this here"), phrase("If you think you should, ask the centre's secretariat.")),
    404: Words(
        phrase("There is nothing here for you"),
        phrase("Check the address, or start again from your list of disputes."),
    ),
    405: Words(phrase("There is nothing here for you"), phrase("Start again from your list of disputes.")),
    409: Words(
        phrase("This has changed meanwhile"),
        phrase("Somebody was faster, or the dispute moved on. Nothing was recorded: reload the page and look again."),
    ),
    410: Words(
        phrase("This link is no longer valid"),
        phrase(
            "A link serves once and for a limited time. If it was to choose a password, have another one sent from the"
            " sign-in page. If it was an invitation, ask whoever invited you for a new one."
        ),
    ),
    413: Words(phrase("This is too large"), phrase("Send something smaller, or ask the centre's secretariat.")),
    422: Words(
        phrase("Something must be mended"),
        phrase("Go back: what you typed is still there. Mend what is marked and send it again."),
    ),
    429: Words(phrase("Too many attempts"), phrase("Wait a few minutes, then try again.")),
    500: Words(
        phrase("Something broke on our side"),
        phrase("Nothing was recorded. Try again; if it happens again, give the reference below to the centre."),
    ),
    503: Words(
        phrase("A part of the platform is away for a moment"),
        phrase("Nothing was recorded. Try again in a minute."),
    ),
}
