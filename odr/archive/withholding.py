"""Which entries of the joint ledger no record tells: those of what was taken back from the table, or stopped."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

ENTERED: Final[Mapping[str, str]] = {
    "ExhibitLodged": "exhibit_id",
    "ExhibitReplaced": "exhibit_id",
    "SpokenTogether": "message_id",
    "OfferMade": "offer_id",
    "OfferRefused": "offer_id",
    "VersionSaved": "agreement_id",
    "DraftAnnounced": "agreement_id",
    "VersionRemarked": "agreement_id",
    "TextFrozen": "agreement_id",
    "SignatureGiven": "agreement_id",
    "SignatureRefused": "agreement_id",
    "SignaturesLapsed": "agreement_id",
}
"""What says how a thing is called, or commits to its content by a digest that a guess can be tried against."""

GONE: Final[Mapping[str, str]] = {
    "ExhibitTakenBack": "exhibit_id",
    "MessageTakenBack": "message_id",
    "MessageWithdrawn": "message_id",
    "OfferWithdrawn": "offer_id",
    "OfferStopped": "offer_id",
    "DraftStopped": "agreement_id",
}
BACK: Final[Mapping[str, str]] = {
    "ExhibitRestored": "exhibit_id",
    "MessageRestored": "message_id",
    "OfferRestored": "offer_id",
    "DraftRestored": "agreement_id",
}


def withheld(events: Sequence[tuple[int, Mapping[str, Any]]]) -> dict[int, str]:
    """Return the entries (index, name of the event) of what no longer stands, of a room's events in their order.

    That something was taken back is told, as it is at the table; what it was called and its digest are not: who had
    not read it must not learn it from the record.
    """
    standing: dict[str, dict[int, str]] = {}
    away: dict[str, dict[int, str]] = {}
    kept_back: dict[int, str] = {}
    for index, event in events:
        name = str(event.get("event"))
        if name in ENTERED:
            thing = str(event[ENTERED[name]])
            standing.setdefault(thing, {})[index] = name
        elif name in GONE:
            thing = str(event[GONE[name]])
            away.setdefault(thing, {}).update(standing.pop(thing, {}))
        elif name in BACK:
            thing = str(event[BACK[name]])
            standing.setdefault(thing, {}).update(away.pop(thing, {}))
    for entries in away.values():
        kept_back |= entries
    return dict(sorted(kept_back.items()))
