"""What exhibits are called on pages: kinds, origins, forms, and the sentences of what must be mended."""

from typing import Final

from odr.evidence.disclosures import DisclosureState, Form
from odr.evidence.queries import ExhibitKind, Origin
from odr.words import _, phrase
from web.errors import Words

KINDS: Final = {
    ExhibitKind.CONTRACT: phrase("Contract"),
    ExhibitKind.SPECIFICATION: phrase("Specification"),
    ExhibitKind.EMAIL: phrase("E-mails"),
    ExhibitKind.LOG: phrase("Technical log"),
    ExhibitKind.PLANNING: phrase("Planning"),
    ExhibitKind.INVOICE: phrase("Invoice"),
    ExhibitKind.MINUTES: phrase("Minutes of a meeting"),
    ExhibitKind.LETTER: phrase("Letter"),
    ExhibitKind.REPORT: phrase("Report"),
    ExhibitKind.OTHER: phrase("Other document"),
}
ORIGINS: Final = {
    Origin.PRODUCED: (
        phrase("It existed before"),
        phrase("A contract, an e-mail, a log… Producing it here does not make it confidential."),
    ),
    Origin.ELABORATED: (
        phrase("It was made for this mediation"),
        phrase("A note, a proposal, a calculation written for these talks. It stays confidential."),
    ),
}
ORIGIN_WORDS: Final = {
    Origin.PRODUCED: phrase("Produced: it existed before"),
    Origin.ELABORATED: phrase("Made for this mediation: confidential"),
}
FORMS: Final = {
    Form.ORIGINAL: (phrase("The exhibit as it is"), ""),
    Form.REDACTED: (phrase("A redacted copy"), phrase("Its party lodges the copy in the caucus and chooses it.")),
    Form.EXCERPT: (phrase("An excerpt"), phrase("Its party lodges the excerpt in the caucus and chooses it.")),
}
STATES: Final = {
    DisclosureState.ASKED: (phrase("Asked: the party has yet to answer"), "wait"),
    DisclosureState.CONSENTED: (phrase("Consent given: not disclosed yet"), "accent"),
    DisclosureState.REFUSED: (phrase("Refused: it stays in the caucus"), "plain"),
    DisclosureState.WITHDRAWN: (phrase("Consent withdrawn: it stays in the caucus"), "plain"),
    DisclosureState.DISCLOSED: (phrase("Disclosed to everyone at the table"), "good"),
}
SENTENCES: Final = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "choose_one": phrase("Choose one of these."),
    "bad_date": phrase("Give a date such as 24/11/2025."),
    "no_file": phrase("Choose a file."),
    "choose_some": phrase("Tick at least one of these files."),
    "not_yours": phrase("Choose one of the exhibits that you lodged in this caucus."),
}
REFUSALS: Final = {
    "repeated_file": Words(
        phrase("You lodged this very file already, as %(number)s."),
        phrase(
            "Nothing was lodged twice. If you mean it, tick “Lodge it even if it is already here” and send it again."
        ),
    ),
    "not_proven_yet": Words(
        phrase("This proof is not complete yet"),
        phrase("Your file is stored. The register takes it in within a minute, or a few after a large deposit."),
    ),
    "unreadable_upload": Words(
        phrase("We could not read this upload"),
        phrase("Nothing was kept of it. Reload the page and send the file again."),
    ),
    "upload_signed_out": Words(
        phrase("You are not signed in any more"),
        phrase("Nothing is lost: sign in again, and the upload goes on where it stopped."),
    ),
    "upload_offset": Words(
        phrase("The upload stands at another place"),
        phrase("What was received is kept. Ask where it stands and go on from there."),
    ),
    "upload_busy": Words(
        phrase("This upload is under way elsewhere"),
        phrase("Another window or device is sending it. What was received is kept; try again in a moment."),
    ),
    "upload_unfinished": Words(
        phrase("Not everything has arrived yet"),
        phrase("What was received is kept. Send the rest, then lodge the file."),
    ),
    "longer_than_announced": Words(
        phrase("This file is longer than announced"),
        phrase("It may have changed meanwhile. Give this upload up and send the file again."),
    ),
    "piece_too_small": Words(
        phrase("This piece is too small to be kept"),
        phrase("Send pieces of 8 MiB or more; only the last one may be shorter."),
    ),
    "too_many_uploads": Words(
        phrase("You have too many unfinished uploads"),
        phrase("Finish some of them or give them up, then begin this one again."),
    ),
    "wrong_version": Words(
        phrase("We could not read this upload"), phrase("This site speaks version 1.0.0 of the tus protocol.")
    ),
    "wrong_media_type": Words(
        phrase("We could not read this upload"), phrase("Send bytes as application/offset+octet-stream.")
    ),
    "too_many_fields": Words(
        phrase("This form holds too many parts"), phrase("Nothing was kept of it. Send fewer files at once.")
    ),
    "field_too_large": Words(
        phrase("One of the fields is too long"),
        phrase("Nothing was kept of it. Shorten what you typed and send it again."),
    ),
    "archive_unreadable": Words(
        phrase("This is not a ZIP file that we can read"),
        phrase("It is damaged, cut off, or of another kind. Lodge it as it is, or drop it and send its files alone."),
    ),
    "archive_locked": Words(
        phrase("This ZIP file is under a password"),
        phrase("We can't look into it. Lodge it as it is, or unpack it on your device and send its files."),
    ),
    "archive_too_many": Words(
        phrase("This ZIP file holds too many files"),
        phrase("We unpack up to 10,000 at a time. Lodge it as it is, or split it on your device."),
    ),
    "archive_too_large": Words(
        phrase("Unpacked, this ZIP file would be enormous"),
        phrase("It announces more bytes than we unpack at a time. Lodge it as it is, or split it on your device."),
    ),
    "archive_overlaps": Words(
        phrase("This ZIP file is built to deceive"),
        phrase("Its files share the same bytes, as no ordinary program writes them, so we do not unpack it."),
    ),
    "archive_without_files": Words(
        phrase("Nothing in this ZIP file can be lodged by itself"),
        phrase("It is empty, or all that it holds is left out. Lodge it as it is, or send its files unpacked."),
    ),
    "archive_slow": Words(
        phrase("Reading this ZIP file takes too long"),
        phrase("Nothing was lodged. Try again in a few minutes, or lodge it as it is."),
    ),
}


def origin_choices() -> list[tuple[str, str, str]]:
    """Return the choices of an exhibit's origin, with what each means."""
    return [(origin.value, _(label), _(hint)) for origin, (label, hint) in ORIGINS.items()]


def kind_choices() -> list[tuple[str, str]]:
    """Return the choices of an exhibit's kind."""
    return [(kind.value, _(label)) for kind, label in KINDS.items()]


def form_choices() -> list[tuple[str, str, str]]:
    """Return in which forms an exhibit may cross over."""
    return [(form.value, _(label), _(hint) if hint else "") for form, (label, hint) in FORMS.items()]
