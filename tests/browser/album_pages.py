"""Every page of the site and who is shown it in the album; a page that is not listed here fails a test."""

from typing import Final

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

DISPUTE: Final = "/disputes/{dispute_id:uuid}"
_EXHIBIT: Final = f"{DISPUTE}/exhibits/{{exhibit_id:uuid}}"
_ROOM: Final = f"{DISPUTE}/rooms/{{space_id:uuid}}"
_AGREEMENT: Final = f"{DISPUTE}/agreements/{{agreement_id:uuid}}"
_OFFER: Final = f"{DISPUTE}/offers/{{offer_id:uuid}}"
_MISSION: Final = f"{DISPUTE}/expertise/{{mission_id:uuid}}"
_APPOINTMENT: Final = f"{DISPUTE}/appointment/{{appointment_id:uuid}}"
_SEEN: Final = f"{DISPUTE}/as/{{party_id:uuid}}"

PEOPLE: Final[dict[str, tuple[str, ...]]] = {
    "claimant": ("leguirrec", "montsegret", "garrigoux"),
    "respondent": ("montsegret", "leguirrec", "garrigoux"),
    "mediator": ("vauquelin", "harcastle"),
    "expert": ("thackeray",),
    "secretariat": ("diagourou", "escoffrel"),
    "archivist": ("crozemarie",),
    "nobody": ("",),
}
"""Who looks, and whose keys of the demo open that role's pages; whoever is not signed in has none.

A company that complains in one case answers in another: of all the pages of a kind, the fullest is shown.
"""

PAGES: Final[dict[str, tuple[str, ...]]] = {
    "nobody": (
        "/",
        "/about/proof",
        "/about/score",
        "/about/seal",
        "/verify",
        "/log/witness",
        "/sign-in",
        "/sign-up",
        "/password-forgotten",
        "/former-address/{token:str}",
        "/invitation/{token:str}",
        "/invitation/{token:str}/decline",
        "/invitation/{token:str}/colleague",
        "/demo/mail",
        "/demo/mail/{name:str}",
        "/demo/mail/{name:str}/html",
    ),
    "claimant": (
        "/account",
        "/account/address",
        "/account/address/{token:str}",
        "/account/erase",
        "/notices",
        "/notices/choices",
        "/disputes",
        "/disputes/new",
        DISPUTE,
        f"{DISPUTE}/draft",
        f"{DISPUTE}/draft/{{topic:str}}",
        f"{DISPUTE}/check",
        f"{DISPUTE}/complain",
        f"{DISPUTE}/complaint",
        f"{DISPUTE}/complaint/{{way:str}}",
        f"{DISPUTE}/proposals/{{proposal_id:uuid}}",
        f"{DISPUTE}/score",
        f"{DISPUTE}/request",
        f"{DISPUTE}/invitation",
        f"{DISPUTE}/steps/{{step:str}}",
        f"{DISPUTE}/team",
        f"{DISPUTE}/team/{{seat_id:uuid}}",
        _ROOM,
        f"{_ROOM}/messages/{{message_id:uuid}}/take-back",
        f"{_ROOM}/messages/{{message_id:uuid}}/quarantine",
        f"{_ROOM}/tickets",
        f"{_ROOM}/statements",
        f"{DISPUTE}/statements/{{statement_id:uuid}}",
        f"{DISPUTE}/statements/{{statement_id:uuid}}/stop",
        f"{DISPUTE}/uploads/{{upload_id:uuid}}/archive",
        f"{DISPUTE}/choice",
        f"{DISPUTE}/appointment",
        f"{_APPOINTMENT}/objection",
        _EXHIBIT,
        f"{_EXHIBIT}/share",
        f"{_EXHIBIT}/withdraw",
        f"{_EXHIBIT}/replace",
        f"{_EXHIBIT}/redact",
        f"{_EXHIBIT}/withdraw-from",
        f"{_EXHIBIT}/infected",
        f"{_EXHIBIT}/offer",
        f"{_EXHIBIT}/consent",
        f"{_EXHIBIT}/quarantine",
        f"{DISPUTE}/quarantines/{{quarantine_id:uuid}}",
        f"{DISPUTE}/disclosures/{{disclosure_id:uuid}}/stop",
        f"{DISPUTE}/bundle",
        f"{DISPUTE}/losses",
        f"{DISPUTE}/losses/lines/{{line_id:uuid}}",
        f"{DISPUTE}/losses/share",
        f"{DISPUTE}/losses/shared/{{share_id:uuid}}",
        f"{DISPUTE}/losses/comparison",
        f"{DISPUTE}/meetings",
        f"{DISPUTE}/meetings/{{meeting_id:uuid}}",
        f"{DISPUTE}/meetings/{{meeting_id:uuid}}/minutes",
        f"{DISPUTE}/offers",
        f"{DISPUTE}/offers/new",
        _OFFER,
        f"{_OFFER}/withdraw",
        f"{_OFFER}/quarantine",
        f"{DISPUTE}/agreements",
        _AGREEMENT,
        f"{_AGREEMENT}/versions/{{number:int}}",
        f"{_AGREEMENT}/changes",
        f"{_AGREEMENT}/sign",
        f"{_AGREEMENT}/refuse",
        f"{_AGREEMENT}/clauses/{{clause:str}}",
        f"{DISPUTE}/record",
        f"{DISPUTE}/reopening",
    ),
    "respondent": (
        f"{DISPUTE}/quarantines/{{quarantine_id:uuid}}/copies",
        f"{DISPUTE}/handed/{{handed_id:uuid}}",
        f"{_OFFER}/accept",
        f"{_OFFER}/refuse",
    ),
    "mediator": (
        "/mediators/{account_id:uuid}",
        "/appointments",
        f"{_ROOM}/exceptions/new",
        f"{DISPUTE}/exceptions",
        f"{DISPUTE}/exceptions/{{exception_id:uuid}}",
        f"{DISPUTE}/extend",
        f"{DISPUTE}/pause",
        f"{DISPUTE}/independence",
        f"{DISPUTE}/recusal",
        f"{_EXHIBIT}/ask",
        f"{_EXHIBIT}/disclose",
        _SEEN,
        f"{_SEEN}/after/exhibits/{{exhibit_id:uuid}}",
        f"{_SEEN}/after/statements/{{statement_id:uuid}}",
        f"{_SEEN}/exhibits/{{exhibit_id:uuid}}",
        f"{_SEEN}/offers/{{offer_id:uuid}}",
        f"{DISPUTE}/expertise",
        f"{DISPUTE}/expertise/new",
        _MISSION,
        f"{_MISSION}/supply",
        f"{_MISSION}/end",
        f"{DISPUTE}/meetings/new",
        f"{DISPUTE}/meetings/{{meeting_id:uuid}}/move",
        f"{_AGREEMENT}/edit",
        f"{_AGREEMENT}/freeze",
    ),
    "expert": (f"{_MISSION}/report",),
    "secretariat": (
        "/people",
        "/operations",
        "/mail-texts",
        "/mail-texts/{letter:str}/{language:str}",
        "/convention-template",
        "/convention-template/new",
        "/convention-template/{language:str}",
        "/convention-template/{language:str}/{clause:str}",
        "/response-times",
        "/mediators",
        f"{DISPUTE}/qualify",
        f"{DISPUTE}/completion",
        f"{DISPUTE}/invite",
        f"{DISPUTE}/mediator",
        f"{DISPUTE}/choice/new",
        f"{DISPUTE}/objections/{{objection_id:uuid}}",
        f"{_APPOINTMENT}/replacement",
        f"{DISPUTE}/closing",
    ),
    "archivist": (
        "/archive",
        "/archive/{record_id:uuid}",
        "/archive/{record_id:uuid}/infected",
        "/archive/access/{access_id:uuid}",
        "/archive/reopenings/{reopening_id:uuid}",
        "/custody",
        "/custody/{destruction_id:uuid}",
    ),
}

BYTES: Final = frozenset({"health", "list_uploads", "enter"})
NO_PAGE: Final = ("send_", "back_to_")
"""How handlers are called that answer with a file, or lead back to the page that a form stands on."""


def pages_of(app: Litestar) -> set[str]:
    """Every path of the application that answers a person's browser with a page, from its own table."""
    found: set[str] = set()
    for route in app.routes:
        handlers: dict[str, tuple[HTTPRouteHandler, object]] = getattr(route, "route_handler_map", {})
        if "GET" not in handlers or route.path.startswith(("/api/", "/static/")):
            continue
        name = handlers["GET"][0].handler_name
        if name not in BYTES and not name.startswith(NO_PAGE):
            found.add(route.path)
    return found
