"""THE table: who may do what, with which thing, where, and why. Silence is refusal."""

from dataclasses import dataclass
from typing import Final

from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing

ANYWHERE: Final = frozenset(SpaceKind)
PRIVATE: Final = frozenset({SpaceKind.PRIVATE})
CAUCUS: Final = frozenset({SpaceKind.CAUCUS})
JOINT: Final = frozenset({SpaceKind.JOINT})
NOTES: Final = frozenset({SpaceKind.NOTES})
EXPERT_ROOM: Final = frozenset({SpaceKind.EXPERT})
PROCEDURE: Final = frozenset({SpaceKind.PROCEDURE})

OWNER: Final = frozenset({Standing.OWNER})
AGENT: Final = frozenset({Standing.AGENT})
VOICE: Final = frozenset({Standing.VOICE})
PARTIES: Final = frozenset({Standing.OWNER, Standing.COUNTERPARTY})
COUNTERPARTY: Final = frozenset({Standing.COUNTERPARTY})
MEDIATOR: Final = frozenset({Standing.MEDIATOR})
EXPERT: Final = frozenset({Standing.EXPERT})
CANDIDATE: Final = frozenset({Standing.CANDIDATE})
ARCHIVIST: Final = frozenset({Standing.ARCHIVIST})
SECRETARIAT: Final = frozenset({Standing.SECRETARIAT})


@dataclass(frozen=True, slots=True)
class Rule:
    """One sentence of the table. ``number`` is what the ledger cites; it is never given to another rule."""

    number: str
    who: frozenset[Standing]
    acts: frozenset[Act]
    thing: Thing
    where: frozenset[SpaceKind]
    because: str
    when: Condition = Condition.ALWAYS


def _acts(*acts: Act) -> frozenset[Act]:
    return frozenset(acts)


_READ: Final = _acts(Act.READ)
_WRITE: Final = _acts(Act.READ, Act.WRITE)

# fmt: off
RULES: Final[tuple[Rule, ...]] = (
    # The dispute itself: stages, dates, names
    Rule("V1", PARTIES | MEDIATOR | EXPERT, _READ, Thing.DISPUTE, PROCEDURE, "Who is at the table knows where it stands."),
    Rule("V2", SECRETARIAT, _WRITE, Thing.DISPUTE, PROCEDURE, "The secretariat runs the procedure: stages, dates, names."),
    Rule("V3", OWNER, _WRITE, Thing.DISPUTE, PRIVATE, "A request not yet filed is its author's draft."),
    Rule("V4", PARTIES, _READ, Thing.DISPUTE, JOINT, "A complaint is between the companies: the centre is not told."),
    # Exhibits
    Rule("V10", OWNER, _acts(Act.READ, Act.WRITE, Act.SHARE, Act.WITHDRAW), Thing.EXHIBIT, PRIVATE, "A draft belongs to the party that wrote it."),
    Rule("V11", OWNER, _acts(Act.READ, Act.WRITE, Act.SHARE), Thing.EXHIBIT, CAUCUS, "What a party lodged apart stays in its hands."),
    Rule("V12", MEDIATOR, _acts(Act.READ, Act.WRITE, Act.DISCLOSE), Thing.EXHIBIT, CAUCUS, "A caucus is between one party and the mediator."),
    Rule("V13", PARTIES, _READ, Thing.EXHIBIT, JOINT, "The joint space is common ground."),
    Rule("V14", AGENT, _acts(Act.WRITE), Thing.EXHIBIT, JOINT, "Each party answers for what it lodged: who acts for it lays it before everyone."),
    Rule("V19", AGENT, _acts(Act.WITHDRAW), Thing.EXHIBIT, CAUCUS | JOINT, "Who acts for a party takes back what others may have read."),
    Rule("V29", VOICE, _acts(Act.CONSENT), Thing.EXHIBIT, CAUCUS, "What a party lodged apart crosses over on its consent: its representative's or its counsel's."),
    Rule("V15", MEDIATOR, _WRITE, Thing.EXHIBIT, JOINT, "The mediator works with what is on the table."),
    Rule("V16", EXPERT, _READ, Thing.EXHIBIT, JOINT, "An expert sees what the mission supplies.", Condition.SUPPLIED),
    Rule("V17", ARCHIVIST, _READ, Thing.EXHIBIT, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    Rule("V18", OWNER | MEDIATOR, _acts(Act.QUARANTINE), Thing.EXHIBIT, JOINT, "Who notices a wrong disclosure stops it at once."),
    Rule("V124", OWNER | MEDIATOR, _acts(Act.QUARANTINE), Thing.EXHIBIT, CAUCUS, "What was handed of a caucus to the wrong party is stopped at once."),
    Rule("V125", OWNER | MEDIATOR, _READ, Thing.HANDED, CAUCUS, "What was handed to a party alone is read by it and the mediator, and goes no further."),
    # Messages
    Rule("V20", OWNER | MEDIATOR, _WRITE, Thing.MESSAGE, CAUCUS, "A caucus is between one party and the mediator."),
    Rule("V21", PARTIES, _READ, Thing.MESSAGE, JOINT, "The joint space is common ground."),
    Rule("V22", OWNER, _acts(Act.WRITE), Thing.MESSAGE, JOINT, "Each party speaks in its own name."),
    Rule("V23", MEDIATOR, _WRITE, Thing.MESSAGE, JOINT, "The mediator speaks to both together."),
    Rule("V24", ARCHIVIST, _READ, Thing.MESSAGE, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    Rule("V25", VOICE, _acts(Act.CONSENT), Thing.MESSAGE, CAUCUS, "What was said apart crosses over on consent only: its representative's or its counsel's."),
    Rule("V26", MEDIATOR, _acts(Act.DISCLOSE), Thing.MESSAGE, CAUCUS, "A mediator discloses only on a consent."),
    Rule("V28", COUNTERPARTY | MEDIATOR, _acts(Act.QUARANTINE), Thing.MESSAGE, JOINT, "The mediator may repeat what it was told apart, asked or not: whoever hears it stops it at once.", Condition.OF_THE_MEDIATOR),
    Rule("V27", OWNER | MEDIATOR, _acts(Act.QUARANTINE), Thing.MESSAGE, JOINT, "Who notices a wrong disclosure stops it at once."),
    Rule("V123", OWNER | MEDIATOR, _acts(Act.QUARANTINE), Thing.MESSAGE, CAUCUS, "What was said of a caucus to the wrong party is stopped at once."),
    # Minutes
    Rule("V30", OWNER, _acts(Act.READ, Act.CONTEST), Thing.MINUTES, CAUCUS, "Minutes of a caucus concern that party."),
    Rule("V31", MEDIATOR, _WRITE, Thing.MINUTES, CAUCUS | JOINT, "The mediator keeps the minutes."),
    Rule("V32", PARTIES, _READ, Thing.MINUTES, JOINT, "Everyone at the table reads what is kept of a meeting of everyone."),
    Rule("V34", AGENT, _acts(Act.APPROVE, Act.CONTEST), Thing.MINUTES, JOINT, "Joint minutes hold once every party agrees to them: who acts for it says so."),
    Rule("V33", ARCHIVIST, _READ, Thing.MINUTES, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    # The mediator's notes
    Rule("V40", MEDIATOR, _WRITE, Thing.NOTE, NOTES, "Notes are the mediator's alone: never archived, destroyed at the end."),
    # Blind bids
    Rule("V50", OWNER, _WRITE, Thing.BID, CAUCUS, "A bid is its party's secret."),
    Rule("V51", COUNTERPARTY | MEDIATOR | ARCHIVIST, _acts(Act.READ_OUTCOME), Thing.BID, CAUCUS, "Others learn only whether bids matched."),
    # The expert
    Rule("V60", EXPERT, _WRITE, Thing.WORKING_PAPER, EXPERT_ROOM, "Working papers are the expert's."),
    Rule("V61", PARTIES, _acts(Act.READ, Act.SIGN), Thing.TERMS_OF_REFERENCE, JOINT, "Both parties agree to the expert's mission."),
    Rule("V62", MEDIATOR, _acts(Act.READ, Act.OPEN), Thing.TERMS_OF_REFERENCE, JOINT, "The mediator opens the mission."),
    Rule("V63", EXPERT, _WRITE, Thing.TERMS_OF_REFERENCE, JOINT, "An expert works on the terms of their own mission, and knows of no other.", Condition.OWN_MISSION),
    Rule("V64", PARTIES | MEDIATOR, _READ, Thing.REPORT, JOINT, "The report reaches both parties at the same moment."),
    Rule("V65", EXPERT, _WRITE, Thing.REPORT, JOINT, "The expert answers for the report."),
    Rule("V66", ARCHIVIST, _READ, Thing.TERMS_OF_REFERENCE, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    Rule("V67", ARCHIVIST, _READ, Thing.REPORT, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    # Offers
    Rule("V126", PARTIES | MEDIATOR, _READ, Thing.OFFER, JOINT, "An offer is made at the table: everyone there reads it."),
    Rule("V127", OWNER, _acts(Act.WRITE), Thing.OFFER, JOINT, "A party's offers are its own: its representative makes them, under a mandate."),
    Rule("V128", COUNTERPARTY, _acts(Act.ANSWER), Thing.OFFER, JOINT, "An offer is to every other party: the representative of each answers it."),
    Rule("V129", ARCHIVIST, _READ, Thing.OFFER, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    Rule("V130", OWNER | MEDIATOR, _acts(Act.QUARANTINE), Thing.OFFER, JOINT, "Who notices a wrong disclosure stops it at once."),
    # Agreements
    Rule("V70", PARTIES, _acts(Act.READ, Act.COMMENT, Act.SIGN), Thing.AGREEMENT, JOINT, "Parties read, comment and sign what binds them."),
    Rule("V71", MEDIATOR, _acts(Act.READ, Act.DRAFT, Act.ATTEST), Thing.AGREEMENT, JOINT, "The mediator holds the pen and attests."),
    Rule("V72", ARCHIVIST, _READ, Thing.AGREEMENT, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    # How it ended
    Rule("V80", PARTIES, _READ, Thing.CERTIFICATE, JOINT, "Parties receive the certificate of the end."),
    Rule("V81", MEDIATOR, _acts(Act.READ, Act.ISSUE), Thing.CERTIFICATE, JOINT, "The mediator certifies the end, in facts only."),
    Rule("V82", ARCHIVIST, _READ, Thing.CERTIFICATE, JOINT, "The certificate is released on authorisation.", Condition.RELEASED),
    # What the quarrel cost
    Rule("V110", OWNER, _acts(Act.READ, Act.WRITE, Act.SHARE), Thing.LOSSES, PRIVATE, "Each party counts its loss for itself."),
    Rule("V111", OWNER | MEDIATOR, _READ, Thing.LOSSES, CAUCUS, "A caucus is between one party and the mediator."),
    Rule("V119", AGENT, _acts(Act.WRITE), Thing.LOSSES, JOINT, "What a company claims before everyone is said by who acts for it; anyone of its team may show it to the mediator alone."),
    Rule("V112", PARTIES | MEDIATOR, _READ, Thing.LOSSES, JOINT, "Worksheets shared with everybody are held side by side."),
    Rule("V113", ARCHIVIST, _READ, Thing.LOSSES, JOINT, "A sealed record is read for a reason that was authorised.", Condition.RELEASED),
    Rule("V83", OWNER | SECRETARIAT, _READ, Thing.ATTEMPT, PROCEDURE, "Whoever asked for a mediation, and the centre, can show what was tried."),
    # Up to what a party's people may bind it
    Rule("V115", OWNER, _WRITE, Thing.MANDATE, PRIVATE, "How far a party would go is its own secret."),
    # Meetings
    Rule("V120", OWNER, _READ, Thing.MEETING, CAUCUS, "Who is met apart knows when and where; nobody else knows that it is."),
    Rule("V121", MEDIATOR, _WRITE, Thing.MEETING, CAUCUS | JOINT, "The mediator calls the meetings."),
    Rule("V122", PARTIES, _READ, Thing.MEETING, JOINT, "Everyone at the table is called, at the same moment."),
    # Without consent: the two exceptions of the law
    Rule("V116", MEDIATOR, _acts(Act.READ, Act.USE), Thing.EXCEPTION, CAUCUS | JOINT, "In two cases the law itself lets a mediator disclose: no more than that, and on record."),
    Rule("V117", OWNER, _READ, Thing.EXCEPTION, CAUCUS, "A party is told what was disclosed of its caucus without its consent.", Condition.TOLD),
    Rule("V118", PARTIES, _READ, Thing.EXCEPTION, JOINT, "What was disclosed of the common ground is known at the table.", Condition.TOLD),
    # The event log
    Rule("V90", OWNER, _READ, Thing.EVENT, PRIVATE | CAUCUS, "A party sees what happened in its own rooms."),
    Rule("V91", PARTIES | MEDIATOR, _READ, Thing.EVENT, JOINT | PROCEDURE, "What happened at the table is known at the table."),
    Rule("V92", MEDIATOR, _READ, Thing.EVENT, CAUCUS | NOTES, "A caucus is between one party and the mediator."),
    Rule("V93", EXPERT, _READ, Thing.EVENT, EXPERT_ROOM, "The expert sees the life of the mission."),
    Rule("V94", SECRETARIAT, _READ, Thing.EVENT, PROCEDURE, "The secretariat sees stages and dates."),
    Rule("V95", ARCHIVIST, _acts(Act.VERIFY), Thing.EVENT, JOINT | PROCEDURE, "The archivist checks integrity, not content."),
    # Who mediates or examines
    Rule("V100", PARTIES, _acts(Act.READ, Act.CONTEST), Thing.APPOINTMENT, PROCEDURE, "Each side knows who is proposed and what they declared, and may object."),
    Rule("V101", MEDIATOR, _READ, Thing.APPOINTMENT, PROCEDURE, "Who sits at the table knows who else does."),
    Rule("V109", EXPERT, _READ, Thing.APPOINTMENT, PROCEDURE, "An expert knows who mediates, and of experts themselves alone.", Condition.OWN_MISSION),
    Rule("V106", CANDIDATE, _READ, Thing.DISPUTE, PROCEDURE, "Who is proposed as a mediator reads what it is about, to know their ties."),
    Rule("V107", CANDIDATE, _READ, Thing.APPOINTMENT, PROCEDURE, "Who is proposed sees where their appointment stands."),
    Rule("V102", SECRETARIAT, _WRITE, Thing.APPOINTMENT, PROCEDURE, "The centre proposes, decides on objections, and replaces."),
    Rule("V103", OWNER, _WRITE, Thing.OBJECTION, PROCEDURE, "Why a party objects is between it and the centre."),
    Rule("V104", SECRETARIAT, _READ, Thing.OBJECTION, PROCEDURE, "The centre decides on an objection."),
    Rule("V108", OWNER, _WRITE, Thing.RANKING, PRIVATE, "A ranking is its party's secret; the rule that adds them up is published."),
    Rule("V105", MEDIATOR | EXPERT | CANDIDATE, _READ, Thing.OBJECTION, PROCEDURE, "Whom it is about may answer it, if the centre lets them.", Condition.SHOWN),
)
# fmt: on
