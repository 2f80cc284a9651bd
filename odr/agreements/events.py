"""What happened to agreements: in the joint space's ledger. A digest commits to the text, which stays sealed."""

from datetime import datetime
from typing import ClassVar, Final

from odr.event import Event
from odr.ids import AccountId, AgreementId, ClauseProposalId, ExhibitId, MessageId, PartyId

CENTRE_TEMPLATE: Final = "P7"
"""The secretariat chooses the words of the centre's agreement to mediate."""


class OfVersion(Event, frozen=True, kw_only=True):
    """Something happened to one version of an agreement; ``digest`` is its SHA-256 (hexadecimal)."""

    subject: ClassVar[str | None] = "agreement_id"

    agreement_id: AgreementId
    number: int
    digest: str


class ConventionDrafted(OfVersion, frozen=True, kw_only=True):
    """The agreement to mediate is there, in its final text, to be signed."""


class ConventionRenewed(OfVersion, frozen=True, kw_only=True):
    """Somebody else mediates now: this version of the agreement to mediate names them, and is to be signed."""


class VersionSaved(OfVersion, frozen=True, kw_only=True):
    """The mediator saved a version of the settlement."""


class DraftAnnounced(OfVersion, frozen=True, kw_only=True):
    """The mediator asked the parties to read this version."""


class VersionRemarked(OfVersion, frozen=True, kw_only=True):
    """Somebody wrote about a version; ``sha256`` (hexadecimal) commits to the words."""

    remark_id: MessageId
    sha256: str


class TextFrozen(OfVersion, frozen=True, kw_only=True):
    """The mediator froze a version: this text, and no other, may be signed."""


class SignatureGiven(OfVersion, frozen=True, kw_only=True):
    """A party's representative signed this version, having given their password again."""

    party_id: PartyId
    name: str
    role: str


class SignatureRefused(OfVersion, frozen=True, kw_only=True):
    """A party refuses to sign this version: signatures already given for it lapse. ``sha256`` commits to the reason."""

    party_id: PartyId
    remark_id: MessageId
    sha256: str


class OfProposal(OfVersion, frozen=True, kw_only=True):
    """Something happened to a proposal for one clause of the agreement to mediate, as that version has it.

    ``side`` is the party's id, or ``mediator``.
    """

    proposal_id: ClauseProposalId
    clause: str
    side: str


class ClauseProposed(OfProposal, frozen=True, kw_only=True):
    """A side proposed another wording or other values; ``sha256`` (hexadecimal) commits to them and to the reason."""

    sha256: str


class ClauseAgreed(OfProposal, frozen=True, kw_only=True):
    """A side agreed to a proposed clause."""


class ClauseKept(OfProposal, frozen=True, kw_only=True):
    """A side keeps the clause as it stands."""


class ProposalWithdrawn(OfProposal, frozen=True, kw_only=True):
    """A side took its proposal back."""


class ClauseAdopted(OfProposal, frozen=True, kw_only=True):
    """Every side agreed: this version has the clause, and is to be signed."""


class SignaturesLapsed(OfVersion, frozen=True, kw_only=True):
    """A clause was proposed, or the mediator changed, after somebody had signed: those signatures lapse."""

    parties: tuple[PartyId, ...]


class TemplateReworded(Event, frozen=True, kw_only=True):
    """The centre's agreement to mediate reads otherwise from now on, in one of its parts; in the centre's own space.

    ``sha256`` (hexadecimal) is of heading and body, empty where the shipped wording was taken again.
    """

    language: str
    version: int
    clause: str
    left_out: bool
    sha256: str


class SignatureAwaited(OfVersion, frozen=True, kw_only=True):
    """A representative was reminded that the agreement to mediate awaits their party's signature."""

    subject: ClassVar[str | None] = "account_id"

    account_id: AccountId


class SignatureLate(OfVersion, frozen=True, kw_only=True):
    """Not every party had signed the agreement to mediate by the day that was asked for."""


class ConventionSigned(OfVersion, frozen=True, kw_only=True):
    """Every party signed the agreement to mediate."""


class AgreementSigned(OfVersion, frozen=True, kw_only=True):
    """Every party signed the settlement."""


class OfDraft(Event, frozen=True, kw_only=True):
    """Something happened to a draft as a whole, which was made from an offer."""

    subject: ClassVar[str | None] = "agreement_id"

    agreement_id: AgreementId


class DraftStopped(OfDraft, frozen=True, kw_only=True):
    """A draft went off the table with the offer that it was made from: that one was stopped as a wrong disclosure."""


class DraftRestored(OfDraft, frozen=True, kw_only=True):
    """A draft stands on the table again, with the offer that it was made from."""


class InstalmentNear(Event, frozen=True, kw_only=True):
    """A payment of the settlement is due soon."""

    due: datetime


class InstalmentFell(Event, frozen=True, kw_only=True):
    """The day of a payment of the settlement has passed."""

    due: datetime


class OfCommitment(Event, frozen=True, kw_only=True):
    """Something about what an article (``number``) of a signed settlement has a party do by a day."""

    subject: ClassVar[str | None] = "agreement_id"

    agreement_id: AgreementId
    number: int


class CommitmentNear(OfCommitment, frozen=True, kw_only=True):
    """The day of a commitment is near, and nobody has said that it is done."""


class CommitmentFell(OfCommitment, frozen=True, kw_only=True):
    """The day of a commitment has passed, and nobody has said that it is done."""


class CommitmentTold(OfCommitment, frozen=True, kw_only=True):
    """The party that owes it says that it is done."""


class CommitmentConfirmed(OfCommitment, frozen=True, kw_only=True):
    """Another party confirms that it is done."""


class CommitmentContested(OfCommitment, frozen=True, kw_only=True):
    """Another party contests that it is done, and said why."""


class Documented(Event, frozen=True, kw_only=True):
    """A PDF was made and keyed to the joint space: its item, its size in bytes and its SHA-256 (hexadecimal)."""

    subject: ClassVar[str | None] = "document_id"

    document_id: ExhibitId
    size: int
    sha256: str


class ConventionDocumented(Documented, frozen=True, kw_only=True):
    """The signed agreement to mediate is a PDF now."""

    agreement_id: AgreementId
    digest: str


class AgreementDocumented(Documented, frozen=True, kw_only=True):
    """The signed settlement is a PDF now; ``digest`` is the SHA-256 of the text that it carries."""

    agreement_id: AgreementId
    digest: str


class EndCertified(Documented, frozen=True, kw_only=True):
    """The certificate that the mediation ended without an agreement is there."""
