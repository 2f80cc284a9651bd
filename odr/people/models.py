"""Accounts, the roles and seats they hold, sessions, invitations and sign-in attempts."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from odr.database import Base, BigKey, words
from odr.ids import AccountId, DisputeId, InvitationId, PartyId, SeatId, SessionId
from odr.visibility.actor import CentreRole, SeatRole


class Account(Base):
    """A person who can sign in. ``email`` is kept in its normal form (NFKC, lower case) and is unique."""

    __tablename__ = "accounts"

    id: Mapped[AccountId] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))
    zone: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class RoleGrant(Base):
    """A role that an account holds at the centre."""

    __tablename__ = "role_grants"

    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[CentreRole] = mapped_column(words(CentreRole), primary_key=True)


class SeatRow(Base):
    """A person's seat at one table.

    Until ``acting_until`` its holder also has the powers of ``acting_role``, delegated from the seat ``acting_for`` of
    the same party.
    """

    __tablename__ = "seats"
    __table_args__ = (UniqueConstraint("dispute_id", "account_id", "role", "since"),)

    id: Mapped[SeatId] = mapped_column(primary_key=True)
    dispute_id: Mapped[DisputeId] = mapped_column(index=True)
    account_id: Mapped[AccountId] = mapped_column(index=True)
    party_id: Mapped[PartyId | None]
    role: Mapped[SeatRole] = mapped_column(words(SeatRole))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    declared_at: Mapped[datetime | None]  # mediator and expert: independence declared
    declaration_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    acting_role: Mapped[SeatRole | None] = mapped_column(words(SeatRole, checked=False), default=None)
    acting_for: Mapped[SeatId | None] = mapped_column(default=None)
    acting_until: Mapped[datetime | None] = mapped_column(default=None)

    def role_at(self, now: datetime) -> SeatRole:
        """Return as what its holder acts at that moment: in their own role, or in the one that was delegated."""
        acts = self.acting_role is not None and self.acting_until is not None and self.acting_until > now
        return self.acting_role if acts and self.acting_role is not None else self.role


class Handover(Base):
    """Whether a party passes on what it said apart to a mediator who came after; nothing passes until it says so."""

    __tablename__ = "handovers"

    seat_id: Mapped[SeatId] = mapped_column(primary_key=True)
    party_id: Mapped[PartyId] = mapped_column(primary_key=True)
    passes: Mapped[bool | None]  # NULL: not answered yet
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[AccountId | None]


class SignInSession(Base):
    """A browser that is signed in. Only the SHA-256 of its random token is kept."""

    __tablename__ = "sessions"

    id: Mapped[SessionId] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    account_id: Mapped[AccountId] = mapped_column(ForeignKey("accounts.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]  # when the password was last given
    device: Mapped[str] = mapped_column(
        String(120), default=""
    )  # what the browser calls itself, for the list of sessions


class Purpose(StrEnum):
    """What a link is for."""

    JOIN = "join"  # a seat at a table, or a role at the centre
    SIGN_UP = "sign_up"  # one's own address, confirmed
    RESET = "reset"  # a new password for an account that exists
    MAILED_IN = "mailed_in"  # as to sign up, for whoever wrote to the centre's address without an account
    ADDRESS = "address"  # another address for an account that exists
    KEEP_ADDRESS = "keep_address"  # the former address of an account, put back by who still reads its mails


class Invitation(Base):
    """A single-use link for one address. Of its token, and of the code that proves the address, the SHA-256 is kept.

    ``token_sealed`` and ``code_sealed`` keep either for its mail alone, and are erased when that mail has left.
    """

    __tablename__ = "invitations"

    id: Mapped[InvitationId] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(2))
    dispute_id: Mapped[DisputeId | None] = mapped_column(index=True)
    party_id: Mapped[PartyId | None]
    seat_role: Mapped[SeatRole | None] = mapped_column(words(SeatRole))
    centre_role: Mapped[CentreRole | None] = mapped_column(words(CentreRole))
    invited_by: Mapped[AccountId | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[AccountId | None]
    withdrawn_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]  # somebody pressed the button that shows what it is for
    code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    code_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    code_until: Mapped[datetime | None]
    code_tries: Mapped[int]  # that are left
    codes_sent: Mapped[int]


class SignInAttempt(Base):
    """One failed or throttled attempt, counted by a keyed hash of what was typed and of where it came from."""

    __tablename__ = "sign_in_attempts"

    id: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
