"""The CRM case: cast, story and texts, all counted from the day on which the demo is started."""

from dataclasses import dataclass
from datetime import date

from web.demo.cast import BY_KEY, CENTRE, CLAIMANT, PEOPLE, RESPONDENT
from web.demo.milestones import Milestones, milestones
from web.demo.pleadings import complaint, messages, response
from web.demo.settlement import agreement, archive_request, convention, disclosures, mission
from web.demo.shapes import (
    Agreement,
    ArchiveRequest,
    Centre,
    Company,
    Complaint,
    Convention,
    Disclosure,
    Message,
    Mission,
    Person,
    Role,
    Room,
    Side,
)


@dataclass(frozen=True, slots=True)
class Case:
    """One whole dispute, ready to be played. Persons are named by their key, evidence by its file name."""

    when: Milestones
    centre: Centre
    claimant: Company
    respondent: Company
    people: tuple[Person, ...]
    complaint: Complaint
    response: str
    convention: Convention
    messages: tuple[Message, ...]
    disclosures: tuple[Disclosure, ...]
    mission: Mission
    agreement: Agreement
    archive_request: ArchiveRequest

    def person(self, key: str) -> Person:
        """The person of that key. Raises KeyError when nobody bears it."""
        return next((person for person in self.people if person.key == key), None) or BY_KEY[key]

    def team(self, side: Side) -> tuple[Person, ...]:
        """Everybody who sits on that side, the representative first."""
        return tuple(person for person in self.people if person.side == side)

    def holder_of(self, role: Role, side: Side = "centre") -> Person:
        """The first person of that side who holds the role. Raises LookupError when nobody does."""
        for person in self.people:
            if person.role == role and person.side == side:
                return person
        raise LookupError(f"nobody on the {side} side is {role}")

    def messages_in(self, room: Room) -> tuple[Message, ...]:
        """The messages of one room, oldest first."""
        return tuple(message for message in self.messages if message.room == room)


def crm_case(today: date) -> Case:
    """The CRM case as it stands on `today`: contract fourteen months ago, delivery six months overdue."""
    when = milestones(today)
    return Case(
        when=when,
        centre=CENTRE,
        claimant=CLAIMANT,
        respondent=RESPONDENT,
        people=PEOPLE,
        complaint=complaint(when),
        response=response(when),
        convention=convention(),
        messages=messages(),
        disclosures=disclosures(),
        mission=mission(),
        agreement=agreement(when),
        archive_request=archive_request(),
    )
