"""The parties as an agreement names them: who must sign, under which names, represented by whom; no I/O."""

from collections.abc import Sequence

from odr.agreements.parsing import MAX_ADDRESS, MAX_LINE
from odr.agreements.text import PartyLine, Role, TextLanguage
from odr.agreements.wording import NO_NAME
from odr.disputes.queries import DisputeFacts
from odr.ids import PartyId
from odr.paper.letters import spelled, uniform
from odr.parties.queries import PartyFacts, SeatFacts, Side
from odr.visibility.actor import SeatRole


def signing_parties(dispute: DisputeFacts) -> tuple[PartyFacts, ...]:
    """Return the parties that an agreement binds: claimants, and the respondents that came to the table."""
    return dispute.at_the_table


def line_names(parties: Sequence[PartyFacts]) -> dict[PartyId, str]:
    """Return what each party is called in a text: printable, and no two alike. The same parties give the same names."""
    names: dict[PartyId, str] = {}
    for party in parties:
        names[party.id] = _other_than(_printable(party.name, MAX_LINE) or str(party.side), set(names.values()))
    return names


def party_lines(
    dispute: DisputeFacts, seats: Sequence[SeatFacts], language: TextLanguage
) -> tuple[tuple[PartyId | None, PartyLine], ...]:
    """Return the lines of a text's parties, each with its party's id (``None`` for the mediators, who come last)."""
    parties = signing_parties(dispute)
    names = line_names(parties)
    lines: list[tuple[PartyId | None, PartyLine]] = []
    for party in parties:
        people = [seat.name for seat in seats if seat.party_id == party.id and seat.role is SeatRole.REPRESENTATIVE]
        role: Role = "claimant" if party.side is Side.CLAIMANT else "respondent"
        line = PartyLine(
            name=names[party.id],
            registration=_printable(party.registration, MAX_LINE),
            address=_printable(party.address, MAX_ADDRESS, lines=True),
            represented_by=_printable(", ".join(people), MAX_LINE) or NO_NAME[language]["representative"],
            role=role,
        )
        lines.append((party.id, line))
    taken = set(names.values())
    for name in mediator_names(seats):
        unlike = _other_than(name, taken)
        taken.add(unlike)
        lines.append((None, PartyLine(unlike, "", "", "", "mediator")))
    return tuple(lines)


def mediator_names(seats: Sequence[SeatFacts]) -> list[str]:
    """Return the mediators' names, printable."""
    return [_printable(seat.name, MAX_LINE) for seat in seats if seat.role is SeatRole.MEDIATOR]


def _printable(words: str, limit: int, *, lines: bool = False) -> str:
    parts = uniform(words, lines=lines).split("\n")
    return "\n".join(spelled(part) for part in parts)[:limit].strip()


def _other_than(name: str, taken: set[str]) -> str:
    folded = {one.casefold() for one in taken}
    number = 1
    unlike = name
    while unlike.casefold() in folded:
        number += 1
        unlike = f"{name[: MAX_LINE - 6]} ({number})"
    return unlike
