"""THE table: error → status and words. Answered as page, fragment or JSON, in the reader's language."""

import secrets
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import structlog
from litestar import Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException
from litestar.types import Scope

from odr.errors import (
    ConflictError,
    ConsentMissingError,
    InvalidInputError,
    LinkExpiredError,
    NotFoundError,
    NotPermittedError,
    OdrError,
    SignInRefusedError,
    TooManyAttemptsError,
    UnavailableError,
    UploadRefusedError,
    WrongStageError,
)
from odr.words import _, phrase, reader
from web.answer import Answer, AnyRequest, SettingsLike, frame, go, page, wants_fragment, wants_json
from web.rendering import render

log = structlog.get_logger("web")


class SignInNeededError(Exception):
    """Nobody is signed in, and this page is for people who are. ``kept``: what a lapsed form held, ready to send."""

    def __init__(self, kept: str = "") -> None:
        """Keep what was typed (see web/signin/entering.py)."""
        super().__init__()
        self.kept = kept


@dataclass(frozen=True, slots=True)
class Words:
    """What a reader is told: what happened, and what to do. What was kept follows from the status."""

    title: str
    what_to_do: str


STATUS: Final[dict[type[OdrError], int]] = {
    NotFoundError: 404,
    NotPermittedError: 403,
    WrongStageError: 409,
    ConsentMissingError: 409,
    ConflictError: 409,
    InvalidInputError: 422,
    SignInRefusedError: 401,
    TooManyAttemptsError: 429,
    LinkExpiredError: 410,
    UploadRefusedError: 422,
    UnavailableError: 503,
}

UPLOAD_STATUS: Final = {
    "wrong_version": 412,
    "wrong_media_type": 415,
    "too_large": 413,
    "longer_than_announced": 413,
    "field_too_large": 413,
    "unreadable_upload": 400,
    "piece_too_small": 400,
    "upload_busy": 423,
}
"""What tus 1.0.0 asks for where it is more precise than the table above."""

_BY_STATUS: Final[dict[int, Words]] = {
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
        phrase("A link serves once and for a limited time. Ask whoever invited you for a new one."),
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

BY_CODE: Final[dict[str, Words]] = {
    "wrong_stage": Words(
        phrase("The dispute is not at this stage"),
        phrase("It moved on meanwhile, or this comes later. Look at the dispute's page: it says what is awaited now."),
    ),
    "consent_missing": Words(
        phrase("No consent covers this"),
        phrase("Ask the party that lodged the exhibit for its consent; nothing was disclosed."),
    ),
    "too_large": Words(
        phrase("This file is too large"),
        phrase("Nothing was kept of it. Split it, or ask the centre to raise the limit."),
    ),
    "empty_file": Words(
        phrase("This file is empty"), phrase("It holds no bytes. Check it on your device, then choose it again.")
    ),
    "cut_off": Words(
        phrase("The file did not arrive whole"),
        phrase("Nothing was kept of it. Check your connection and send it again."),
    ),
    "digest_mismatch": Words(
        phrase("What arrived is not what was sent"),
        phrase("The digests differ, so nothing was kept. Send the file again."),
    ),
    "infected": Words(
        phrase("The scanner found a virus in this file"),
        phrase("It was not handed out. The exhibit's page says what was found, and how to get it all the same."),
    ),
    "infected_record": Words(
        phrase("The scanner found a virus in this record"),
        phrase("It was not handed out. The record's page says in which files, and how to get it all the same."),
    ),
    "not_infected": Words(
        phrase("Nothing was found in this file"), phrase("Nothing was recorded: it can be downloaded as it is.")
    ),
    "held": Words(
        phrase("This exhibit is under a legal hold"),
        phrase("It cannot be destroyed until the hold ends. Nothing was taken back; ask the centre's secretariat."),
    ),
    "receipt_pending": Words(
        phrase("The seal is not proved yet"),
        phrase("It stands in a signed checkpoint within a minute or two. Try again then; nothing was recorded."),
    ),
    "not_sealed_yet": Words(
        phrase("The record is being sealed"), phrase("Try again in a minute or two; nothing was recorded.")
    ),
    "legal_hold": Words(
        phrase("A legal hold forbids this"),
        phrase("Nothing was destroyed. An archivist must lift the hold first."),
    ),
    "needed": Words(
        phrase("This room is still needed"),
        phrase("Nothing was asked. A room can go once its dispute is closed; the joint and procedure rooms stay."),
    ),
    "not_elaborated": Words(
        phrase("This exhibit existed before the mediation"),
        phrase("Its confidentiality needs no waiver: nothing was recorded."),
    ),
    "already_exported": Words(
        phrase("This exhibit has left in a bundle for a court"),
        phrase("Its waiver holds and can no longer be withdrawn. Nothing was recorded."),
    ),
    "nothing_chosen": Words(
        phrase("No exhibit was chosen"), phrase("Nothing was exported. Tick at least one of them.")
    ),
    "left_out": Words(
        phrase("One of these exhibits may not be used"),
        phrase("Nothing was exported. A waiver was withdrawn meanwhile, perhaps: look at the list again."),
    ),
    "quarantined": Words(
        phrase("This exhibit was withdrawn from the table"),
        phrase("Nothing was shared. First decide what becomes of it: the dispute's page leads there."),
    ),
    "asked_already": Words(
        phrase("This was asked already"), phrase("Nothing more was recorded: look at what stands there already.")
    ),
    "destroyed": Words(
        phrase("This exhibit was destroyed"),
        phrase("Its bytes are gone for good. Its number stays, and so does every receipt that was given out."),
    ),
    "own_request": Words(
        phrase("Another person decides"), phrase("Nobody decides on their own request. Nothing was recorded.")
    ),
    "wrong_host": Words(phrase("This address is not served here"), phrase("Use the address that the centre gave you.")),
    "other_site": Words(
        phrase("This form came from another site"), phrase("Nothing was done. Open the page here and send it again.")
    ),
    "stale_form": Words(
        phrase("This page is out of date"),
        phrase("Nothing was done. Go back, reload the page and send the form again: what you typed is still there."),
    ),
    "form_too_large": Words(
        phrase("This form is too large"), phrase("Nothing was done. Go back, shorten what you typed and send it again.")
    ),
    "already_signed": Words(
        phrase("This is signed already"),
        phrase("Your party's signature is recorded once, and holds. There is nothing more to do."),
    ),
    "not_frozen": Words(
        phrase("This text cannot be signed now"),
        phrase("It is not frozen, or no longer: look at the agreement's page to see where it stands."),
    ),
    "under_discussion": Words(
        phrase("A clause is being discussed"),
        phrase(
            "Nothing was signed: the text may still change. Answer the proposal on the agreement's page; you can sign"
            " once it is settled."
        ),
    ),
    "proposal_closed": Words(
        phrase("This proposal is no longer open"),
        phrase("Somebody answered it or took it back meanwhile. Look at the agreement's page to see where it stands."),
    ),
    "being_discussed": Words(
        phrase("Another wording of this clause is proposed already"),
        phrase("Nothing was recorded. Look at that proposal, then answer it with yours."),
    ),
    "clause_changed": Words(
        phrase("The text has changed meanwhile"),
        phrase("Nothing was recorded. Look at the clause as it stands now, then propose again."),
    ),
    "another_text": Words(
        phrase("The text has changed since it was shown to you"),
        phrase("Nothing was recorded. Open the agreement again, read the text that stands there now, and decide."),
    ),
    "not_representative": Words(
        phrase("Only a party's representative signs"),
        phrase("Ask your representative to sign, or to make you one on your team's page."),
    ),
    "mandate_exceeded": Words(
        phrase("Your mandate does not cover the sum of this agreement"),
        phrase(
            "Nothing was signed, and the other party learns nothing of it. Have your mandate enlarged on your team's "
            "page, or let another representative sign."
        ),
    ),
    "no_mandate": Words(
        phrase("You have no mandate to bind your company yet"),
        phrase(
            "Nothing was signed, and the other party learns nothing of it. Have your mandate written down on your "
            "team's page, or let another representative sign."
        ),
    ),
    "no_successor": Words(
        phrase("Your company would be left without a representative who can sign"),
        phrase("Nothing was changed. Name another representative first, and write their mandate down."),
    ),
    "delegated_already": Words(
        phrase("Somebody stands in already"),
        phrase("Nothing was changed. End that delegation first, or choose somebody else."),
    ),
    "not_delegated": Words(
        phrase("Nobody stands in here now"), phrase("Nothing was changed: the delegation has ended already.")
    ),
    "not_a_draft": Words(
        phrase("This text is not being drafted"),
        phrase("It is frozen, signed or given up: look at the agreement's page to see where it stands."),
    ),
    "not_accepted": Words(
        phrase("The mission is not under way"),
        phrase("The expert has not accepted it, or it is over: look at the mission's page to see where it stands."),
    ),
    "answered_already": Words(
        phrase("The expert has answered already"), phrase("An answer is given once; it is on the mission's page.")
    ),
    "mission_over": Words(phrase("The mission is over already"), phrase("Look at its page to see how it ended.")),
    "not_on_the_table": Words(
        phrase("Only exhibits of the joint space can be supplied"),
        phrase("Nothing was supplied. Choose among the exhibits that everyone at the table has."),
    ),
    "number_taken": Words(
        phrase("The expert's desk has a paper of this number already"),
        phrase("Nothing was supplied. Ask the expert to post that paper or to work without it, then try again."),
    ),
    "nothing_to_share": Words(
        phrase("The worksheet has no line yet"),
        phrase("Nothing was shared. Add a line first, then share it."),
    ),
    "sheet_changed": Words(
        phrase("The worksheet has changed since it was shown to you"),
        phrase("Nothing was shared. Go back, look at what would be shared now, and decide."),
    ),
    "shared_already": Words(
        phrase("This very version is shared already"),
        phrase("Nothing more was recorded. Change a line first if you meant to share something else."),
    ),
    "line_changed": Words(
        phrase("Somebody of your team changed this line meanwhile"),
        phrase("Nothing was recorded. Look at the line as it is now, then do it once more if you still want to."),
    ),
    "too_many_lines": Words(
        phrase("A worksheet holds 100 lines at most"),
        phrase("Nothing was added. Gather several lines into one, then try again."),
    ),
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
    "window_closed": Words(
        phrase("The time to object is over"),
        phrase("Nothing was recorded. If something new makes you doubt, write to the centre: it can act at any time."),
    ),
    "said_already": Words(
        phrase("Your party has answered already"),
        phrase("An answer is given once, for the whole party. Nothing more was recorded."),
    ),
    "passed_on_already": Words(
        phrase("This is passed on already"),
        phrase("What was passed on has been read, and cannot be taken back. Nothing more was recorded."),
    ),
    "list_closed": Words(
        phrase("This list is closed"),
        phrase("Nothing was recorded. The page of the dispute says who was chosen, or what is awaited now."),
    ),
    "listed_already": Words(
        phrase("A list is being ranked already"), phrase("Nothing was recorded: wait for its end, or appoint somebody.")
    ),
    "not_all_here": Words(
        phrase("Not every party is at the table yet"),
        phrase("Nothing was recorded. A list can be ranked once everybody has come; you can appoint a mediator now."),
    ),
    "may_be_objected": Words(
        phrase("The parties may still object to this expert"),
        phrase("Nothing was done. It can be once that time is over, or once both sides have no objection."),
    ),
    "decided_already": Words(
        phrase("This is decided already"), phrase("Somebody of the centre was faster: look at what stands there now.")
    ),
    "ended_already": Words(
        phrase("This appointment has ended already"), phrase("Nothing more was recorded: look at who sits there now.")
    ),
    "declared_already": Words(
        phrase("You have declared exactly this already"),
        phrase("Nothing was recorded. Declare again when something has changed."),
    ),
    "store_full": Words(
        phrase("The store has no room left"),
        phrase("Nothing was recorded. The centre must make room; try again later."),
    ),
}


def upload_status(error: OdrError) -> int:
    """Return the status of a refusal to a resumable upload."""
    return UPLOAD_STATUS.get(error.code) or next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def words_for(status: int, code: str = "") -> Words:
    """Return the sentences for an error's code, else for its status."""
    return BY_CODE.get(code) or _BY_STATUS.get(status) or _BY_STATUS[500 if status >= 500 else 400]  # noqa: PLR2004 -- HTTP's own border


def show_error(request: AnyRequest, status: int, words: Words, **extra: object) -> Answer:
    """Answer an error as a page, a fragment or JSON, always with a reference that the log has too."""
    reference = secrets.token_hex(4)
    log.info("refused", status=status, reference=reference, route=_template_of(request.scope), **extra)
    title, what_to_do = _(words.title), _(words.what_to_do)
    kept = _("Nothing was lost: what you typed stays in the form when you go back.") if request.method == "POST" else ""
    if request.url.path.startswith("/api/") or wants_json(request):
        return Response(
            {"title": title, "what_to_do": what_to_do, "reference": reference, **extra},
            status_code=status,
            media_type=MediaType.JSON,
        )
    fragment = wants_fragment(request)
    template = "errors/_fragment.html" if fragment else "errors/page.html"
    return Response(
        render(
            template,
            **frame(request),
            status=status,
            title=title,
            happened="",
            kept=kept,
            what_to_do=what_to_do,
            reference=reference,
        ),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"HX-Reswap": "beforeend"} if fragment else None,  # below the form, which keeps what was typed
    )


def refusal_page(settings: SettingsLike, scope: Scope, status: int, code: str) -> bytes:
    """Return the page of a refusal made before any handler: nobody is known yet, and nothing was read."""
    reference = secrets.token_hex(4)
    log.info("refused_at_the_gate", status=status, reference=reference, code=code)
    words = words_for(status, code)
    text = render(
        "errors/page.html",
        reader=reader.get(),
        centre_name=settings.centre_name,
        demo=settings.demo,
        here=scope["path"],
        status=status,
        title=_(words.title),
        happened="",
        kept="",
        what_to_do=_(words.what_to_do),
        reference=reference,
    )
    return text.encode()


def _template_of(scope: Scope) -> str:
    """Return the route's template, which holds no id and no token of the path."""
    found: dict[str, object] = {**scope}
    return str(found.get("path_template", ""))


def on_refusal(request: AnyRequest, error: OdrError) -> Answer:
    """Answer one of odr's refusals."""
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    extra: dict[str, object] = {"code": error.code}
    if isinstance(error, InvalidInputError):
        extra["fields"] = error.fields
    answer = show_error(request, status, words_for(status, error.code), **extra)
    if isinstance(error, TooManyAttemptsError):
        answer.headers["Retry-After"] = str(error.details.get("seconds", 60))
    if isinstance(error, UnavailableError):
        answer.headers["Retry-After"] = "30"
    return answer


def on_sign_in_needed(request: AnyRequest, error: SignInNeededError) -> Answer:
    """Lead to sign-in and back again, with what was typed; scripts get a 401."""
    if request.url.path.startswith("/api/") or wants_json(request) or wants_fragment(request):
        return show_error(request, 401, words_for(401))
    if request.method == "GET":
        return go(f"/sign-in?next={quote(request.url.path)}")
    here = request.url.path
    return page(request, "signin/page.html", status=401, form=None, next="/disputes", kept=error.kept, kept_path=here)


def on_http_error(request: AnyRequest, error: HTTPException) -> Answer:
    """Answer what Litestar itself refuses: missing routes, wrong methods, unreadable bodies."""
    code = "not_found" if error.status_code in {404, 405} else f"http_{error.status_code}"
    return show_error(request, error.status_code, words_for(error.status_code), code=code)


def on_several(request: AnyRequest, errors: ExceptionGroup[Exception]) -> Answer:
    """Answer what a unit of work made of a lower layer's error while it closed: Litestar hands both over in a group."""
    refusals = errors.subgroup(OdrError)
    first: Exception = errors.exceptions[0] if refusals is None else refusals.exceptions[0]
    return on_refusal(request, first) if isinstance(first, OdrError) else on_bug(request, errors)


def on_bug(request: AnyRequest, error: Exception) -> Answer:
    """Answer what nobody foresaw: a calm page, and the whole story in the log under the same reference."""
    log.error("bug", error=type(error).__name__, exc_info=error)
    return show_error(request, 500, words_for(500), code="internal")


HANDLERS: Final[dict[type[Exception] | int, Any]] = {
    OdrError: on_refusal,
    SignInNeededError: on_sign_in_needed,
    HTTPException: on_http_error,
    ExceptionGroup: on_several,
    Exception: on_bug,
}
