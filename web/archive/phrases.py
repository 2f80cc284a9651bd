"""What the archive's pages say: states of requests, verdicts, and the sentences of what must be mended."""

from typing import Final

from odr.archive.requests import AccessState, AccessView, ReopeningState
from odr.archive.verifying import retold
from odr.paper.authorities import with_demo_in_words
from odr.paper.typesetting import moment_in_words
from odr.words import _, phrase, reader

SENTENCES: Final = {"required": phrase("This is needed."), "too_long": phrase("This is too long.")}

ACCESS: Final = {
    AccessState.ASKED: (phrase("Awaits a second person"), "wait"),
    AccessState.AUTHORISED: (phrase("Authorised"), "good"),
    AccessState.REFUSED: (phrase("Refused"), "plain"),
}
EXPIRED: Final = (phrase("Authorisation ended"), "plain")

REOPENING: Final = {
    ReopeningState.ASKED: (phrase("Awaits the centre"), "wait"),
    ReopeningState.GRANTED: (phrase("Granted: a linked new file was made"), "good"),
    ReopeningState.REFUSED: (phrase("Refused"), "plain"),
}

VERDICTS: Final = {
    "bytes": (phrase("Content"), phrase("Are these the bytes that were sealed?")),
    "inclusion": (phrase("Register"), phrase("Is the sealing recorded in the platform's register?")),
    "time": (phrase("When"), phrase("Who says that it existed, and since when?")),
    "signature": (phrase("Signature"), phrase("Who signed the register?")),
}
STATUSES: Final = {
    "holds": (phrase("Holds"), "good"),
    "fails": (phrase("Does not hold"), "bad"),
    "not claimed": (phrase("Not claimed"), "wait"),
}


def access_word(access: AccessView) -> tuple[str, str]:
    """Return a request's state in words and its tone; an authorisation that has run out says so."""
    word, tone = EXPIRED if access.state is AccessState.AUTHORISED and not access.holds else ACCESS[access.state]
    return _(word), tone


def because(english: str, french: str) -> str:
    """Return what the verifier gives as its reason, in the reader's language and on the reader's clock."""
    words = french if reader.get().language == "fr" else english
    return retold(with_demo_in_words(words), lambda moment, _written: moment_in_words(moment))
