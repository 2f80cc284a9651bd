"""What happened to offers, in the joint space: everyone at the table may know it."""

from datetime import datetime
from typing import ClassVar

from odr.event import Event
from odr.ids import AccountId, OfferId, PartyId


class OfOffer(Event, frozen=True, kw_only=True):
    """Something about an offer; ``party_id`` is the party that did it (of a lapse: whose offer it was)."""

    subject: ClassVar[str | None] = "offer_id"

    offer_id: OfferId
    party_id: PartyId


class OfferMade(OfOffer, frozen=True, kw_only=True):
    """A party made an offer to every other party. Its terms are sealed elsewhere; ``sha256`` commits to them."""

    until: datetime
    sha256: str


class OfferAccepted(OfOffer, frozen=True, kw_only=True):
    """A party accepted an offer that others have not answered yet."""


class OfferAgreed(OfOffer, frozen=True, kw_only=True):
    """The last of the other parties accepted an offer: an agreement in principle, which binds nobody yet."""


class OfferRefused(OfOffer, frozen=True, kw_only=True):
    """A party refused an offer; ``sha256`` commits to its words, and is empty where there are none."""

    sha256: str


class OfferCountered(OfOffer, frozen=True, kw_only=True):
    """A party answered an offer with another one, which ends the first."""

    another_id: OfferId


class OfferWithdrawn(OfOffer, frozen=True, kw_only=True):
    """A party withdrew its offer before anybody of another party had opened it."""


class OfferLapsed(OfOffer, frozen=True, kw_only=True):
    """An offer's day is over, and not every party has answered."""


class OfferStopped(OfOffer, frozen=True, kw_only=True):
    """An offer was withdrawn at once, as a wrong disclosure; who had accepted it has not any more."""


class OfferRestored(OfOffer, frozen=True, kw_only=True):
    """An offer that had been stopped stands in its place again."""


class OfferAwaited(Event, frozen=True, kw_only=True):
    """Somebody whose party has not answered an offer is reminded of its day."""

    subject: ClassVar[str | None] = "account_id"

    offer_id: OfferId
    account_id: AccountId
