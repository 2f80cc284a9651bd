"""What exhibits are called on pages: kinds, origins, forms, and the sentences of what must be mended."""

from typing import Final

from odr.evidence import media
from odr.evidence.disclosures import DisclosureState, Form
from odr.evidence.history import ScanView
from odr.evidence.media import is_textual, promised_by
from odr.evidence.names import extension_of
from odr.evidence.queries import ExhibitKind, Origin
from odr.evidence.scanning import Because, Outcome, Verdict
from odr.evidence.tickets import DisclosureView
from odr.visibility.terms import SpaceKind
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
READERS: Final = {
    SpaceKind.PRIVATE: phrase("You and your team."),
    SpaceKind.CAUCUS: phrase("You, your team and the mediator. No other party sees anything of it."),
    SpaceKind.JOINT: phrase("Everyone at the table: every party, its counsel, and the mediator."),
    SpaceKind.EXPERT: phrase("You alone."),
}
TYPES: Final = {
    "application/pdf": phrase("PDF document"),
    media.DOCX: phrase("Word document"),
    media.DOC: phrase("Word document (before 2007)"),
    media.XLSX: phrase("Excel workbook"),
    media.XLS: phrase("Excel workbook (before 2007)"),
    media.PPTX: phrase("PowerPoint presentation"),
    media.PPT: phrase("PowerPoint presentation (before 2007)"),
    media.ODT: phrase("OpenDocument text"),
    media.ODS: phrase("OpenDocument spreadsheet"),
    media.ODP: phrase("OpenDocument presentation"),
    media.EPUB: phrase("EPUB book"),
    media.JAR: phrase("Java program"),
    media.ZIP: phrase("ZIP archive"),
    media.OLE: phrase("file of an older Office version"),
    media.MSG: phrase("Outlook message"),
    "message/rfc822": phrase("e-mail"),
    "application/mbox": phrase("mailbox of e-mails"),
    "image/png": phrase("PNG image"),
    "image/jpeg": phrase("JPEG image"),
    "image/gif": phrase("GIF image"),
    "image/webp": phrase("WebP image"),
    "image/tiff": phrase("TIFF image"),
    "application/rtf": phrase("RTF document"),
    "text/rtf": phrase("RTF document"),
    "application/gzip": phrase("gzip archive"),
    "application/x-gzip": phrase("gzip archive"),
    "application/x-7z-compressed": phrase("7-Zip archive"),
    "text/html": phrase("web page"),
    "text/calendar": phrase("calendar"),
    "text/csv": phrase("table as text (CSV)"),
    "application/json": phrase("data as text (JSON)"),
    "application/vnd.microsoft.portable-executable": phrase("Windows program"),
    "application/x-elf": phrase("Linux program"),
}
SCANS: Final = {
    (Outcome.CLEAN, Because.NONE): (phrase("No virus found"), "good"),
    (Outcome.INFECTED, Because.NONE): (phrase("Infected"), "bad"),
    (Outcome.WAITING, Because.NONE): (phrase("Not scanned for viruses yet"), "wait"),
    (Outcome.UNSCANNED, Because.NONE): (phrase("Not scanned for viruses"), "plain"),
    (Outcome.UNSCANNED, Because.NO_SCANNER): (phrase("Not scanned for viruses: this centre has no scanner"), "plain"),
    (Outcome.UNSCANNED, Because.TOO_LARGE): (phrase("Not scanned for viruses: larger than the scanner reads"), "plain"),
    (Outcome.UNSCANNED, Because.ENCRYPTED): (phrase("Not scanned for viruses: the file is encrypted"), "plain"),
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
HANDED: Final = (phrase("Handed to the parties chosen"), "good")
TAKEN_OUT: Final = (phrase("Withdrawn: nobody has it any more"), "plain")
STOPPED: Final = (phrase("Stopped: nobody opens it any more"), "wait")
LAPSED: Final = (phrase("Time run out: it stays in the caucus"), "plain")
SENTENCES: Final = {
    "bad_days": phrase("Give a number of days from 1 to 90."),
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
    "archive_for_one": Words(
        phrase("A ZIP file whose files are to be chosen can't take one exhibit's place"),
        phrase(
            "Nothing was lodged. Lodge it as one file, as the newer version or the redacted copy, or send the one file "
            "alone."
        ),
    ),
}


def type_words(media_type: str) -> str:
    """Return what a file's content is, in the reader's words; what is unknown is said to be so."""
    if media_type in TYPES:
        return _(TYPES[media_type])
    if not media_type:
        return _("of a kind we do not recognise")
    return _("text") if is_textual(media_type) else media_type


def mismatch_words(name: str, media_type: str) -> str:
    """Return the sentence for a name that promises something else than what the content is."""
    promised = promised_by(name)
    if not promised:
        return _("By its content this file is: %(content)s.", content=type_words(media_type))
    said = _("text") if promised == "text/plain" else type_words(promised)
    return _(
        "By its name (.%(extension)s) this file would be: %(named)s. By its content it is: %(content)s.",
        extension=extension_of(name),
        named=said,
        content=type_words(media_type),
    )


def scan_words(scan: ScanView | Verdict) -> tuple[str, str]:
    """Return what a scanner said, as a few words and a tone."""
    words, tone = SCANS[scan.outcome, scan.because]
    return _(words), tone


def warnings_of(name: str, media_type: str, verdict: Verdict, *, agrees: bool) -> list[str]:
    """Return what a depositor should know of a file at once: what its content is instead, that it is infected."""
    warnings = [] if agrees else [mismatch_words(name, media_type)]
    if verdict.outcome is Outcome.INFECTED:
        warnings.append(_("The scanner found a virus in it. It is kept, sealed and marked; nobody gets it by mistake."))
    return warnings


def origin_choices() -> list[tuple[str, str, str]]:
    """Return the choices of an exhibit's origin, with what each means."""
    return [(origin.value, _(label), _(hint)) for origin, (label, hint) in ORIGINS.items()]


def kind_choices() -> list[tuple[str, str]]:
    """Return the choices of an exhibit's kind."""
    return [(kind.value, _(label)) for kind, label in KINDS.items()]


def form_choices() -> list[tuple[str, str, str]]:
    """Return in which forms an exhibit may cross over."""
    return [(form.value, _(label), _(hint) if hint else "") for form, (label, hint) in FORMS.items()]


def disclosure_words(disclosure: DisclosureView) -> tuple[str, str]:
    """Return where a request to disclose stands, in words not yet translated, and the look of its badge."""
    if disclosure.lapsed:
        return LAPSED
    if disclosure.apart and disclosure.state is DisclosureState.DISCLOSED:
        return STOPPED if disclosure.stopped else HANDED
    if disclosure.apart and disclosure.state is DisclosureState.WITHDRAWN and disclosure.first_opened_at:
        return TAKEN_OUT
    return STATES[disclosure.state]
