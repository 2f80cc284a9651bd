"""What happened to accounts, links and sessions: in the centre's own space."""

from typing import ClassVar, Final

from odr.event import Event
from odr.ids import AccountId, InvitationId

OWN_ACCOUNT: Final = "P1"  # a person governs their own account
CENTRE_PEOPLE: Final = "P2"  # the secretariat and the administrators say who works for the centre
HOLDS_LINK: Final = "P3"  # who holds a link that was sent to their address may take it
OWN_TEAM: Final = "P4"  # a party's representative makes up its team
AT_FIRST_START: Final = "P5"  # the operator of the machine makes the first account


class AccountMade(Event, frozen=True, kw_only=True):
    """Somebody has an account now."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId


class PersonInvited(Event, frozen=True, kw_only=True):
    """A link was made for somebody; a job mails it."""

    subject: ClassVar[str | None] = "invitation_id"

    invitation_id: InvitationId


class InvitationTaken(Event, frozen=True, kw_only=True):
    """A link was used by the person it was sent to."""

    subject: ClassVar[str | None] = "invitation_id"

    invitation_id: InvitationId
    account_id: AccountId | None


class InvitationWithdrawn(Event, frozen=True, kw_only=True):
    """A link was taken back before it was used."""

    subject: ClassVar[str | None] = "invitation_id"

    invitation_id: InvitationId


class RoleGiven(Event, frozen=True, kw_only=True):
    """Somebody works for the centre in a role."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
    role: str


class AddressChanged(Event, frozen=True, kw_only=True):
    """Somebody uses another address of theirs, which a link has confirmed."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId


class PasswordChanged(Event, frozen=True, kw_only=True):
    """Somebody changed their password; every other browser was signed out."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId
