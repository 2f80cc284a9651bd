"""The visibility table says what the design says, and nothing else."""

import pytest

from odr.ids import AccountId, DisputeId, PartyId, SeatId, new_id
from odr.parties.powers import POWERS, Power
from odr.tables_as_docs import visibility_markdown
from odr.visibility.actor import TEAM, Actor, Place, Seat, SeatRole
from odr.visibility.decide import permit
from odr.visibility.policy import RULES
from odr.visibility.terms import Act, Condition, SpaceKind, Standing, Thing

READERS = {
    # thing, space: who reads; (s) = if supplied, (m) = of their own mission, (o) = if the centre shows it,
    # (r) = when released, (t) = once told
    (Thing.DISPUTE, SpaceKind.PROCEDURE): "owner counterparty mediator expert candidate secretariat",
    (Thing.DISPUTE, SpaceKind.PRIVATE): "owner",
    (Thing.DISPUTE, SpaceKind.JOINT): "owner counterparty",
    (Thing.EXHIBIT, SpaceKind.PRIVATE): "owner",
    (Thing.EXHIBIT, SpaceKind.CAUCUS): "owner mediator",
    (Thing.HANDED, SpaceKind.CAUCUS): "owner mediator",
    (Thing.EXHIBIT, SpaceKind.JOINT): "owner counterparty mediator expert(s) archivist(r)",
    (Thing.MESSAGE, SpaceKind.CAUCUS): "owner mediator",
    (Thing.MESSAGE, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.MINUTES, SpaceKind.CAUCUS): "owner mediator",
    (Thing.MINUTES, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.OFFER, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.NOTE, SpaceKind.NOTES): "mediator",
    (Thing.BID, SpaceKind.CAUCUS): "owner",
    (Thing.WORKING_PAPER, SpaceKind.EXPERT): "expert",
    (Thing.TERMS_OF_REFERENCE, SpaceKind.JOINT): "owner counterparty mediator expert(m) archivist(r)",
    (Thing.REPORT, SpaceKind.JOINT): "owner counterparty mediator expert archivist(r)",
    (Thing.AGREEMENT, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.CERTIFICATE, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.LOSSES, SpaceKind.PRIVATE): "owner",
    (Thing.LOSSES, SpaceKind.CAUCUS): "owner mediator",
    (Thing.LOSSES, SpaceKind.JOINT): "owner counterparty mediator archivist(r)",
    (Thing.ATTEMPT, SpaceKind.PROCEDURE): "owner secretariat",
    (Thing.MANDATE, SpaceKind.PRIVATE): "owner",
    (Thing.EXCEPTION, SpaceKind.CAUCUS): "owner(t) mediator",
    (Thing.EXCEPTION, SpaceKind.JOINT): "owner(t) counterparty(t) mediator",
    (Thing.EVENT, SpaceKind.PRIVATE): "owner",
    (Thing.EVENT, SpaceKind.CAUCUS): "owner mediator",
    (Thing.EVENT, SpaceKind.JOINT): "owner counterparty mediator",
    (Thing.EVENT, SpaceKind.PROCEDURE): "owner counterparty mediator secretariat",
    (Thing.EVENT, SpaceKind.NOTES): "mediator",
    (Thing.EVENT, SpaceKind.EXPERT): "expert",
    (Thing.APPOINTMENT, SpaceKind.PROCEDURE): "owner counterparty mediator expert(m) candidate secretariat",
    (Thing.RANKING, SpaceKind.PRIVATE): "owner",
    (Thing.MEETING, SpaceKind.CAUCUS): "owner mediator",
    (Thing.MEETING, SpaceKind.JOINT): "owner counterparty mediator",
    (Thing.OBJECTION, SpaceKind.PROCEDURE): "owner mediator(o) expert(o) candidate(o) secretariat",
}
MARKS = {
    "(m)": Condition.OWN_MISSION,
    "(s)": Condition.SUPPLIED,
    "(o)": Condition.SHOWN,
    "(r)": Condition.RELEASED,
    "(t)": Condition.TOLD,
}


def test_each_cell_of_the_design_reads_as_it_says_and_every_other_is_silent() -> None:
    for thing in Thing:
        for space in SpaceKind:
            wanted = READERS.get((thing, space), "").split()
            for standing in Standing:
                for held in (frozenset[Condition](), *(frozenset({mark}) for mark in MARKS.values())):
                    allowed = standing.value in wanted or any(
                        f"{standing.value}{mark}" in wanted and condition in held for mark, condition in MARKS.items()
                    )
                    found = permit(standing, Act.READ, thing, space, held)
                    assert bool(found) == allowed, (thing, space, standing, held)


def test_nobody_writes_or_signs_what_they_may_not_read() -> None:
    """Two rules give an act to somebody who reads by another rule; a mark of a blind bid is no reading."""
    for rule in RULES:
        for standing in rule.who:
            for space in rule.where:
                reader = Standing.OWNER if standing in {Standing.AGENT, Standing.VOICE} else standing
                if rule.acts & {Act.READ_OUTCOME, Act.VERIFY}:
                    continue
                assert permit(reader, Act.READ, rule.thing, space, frozenset({rule.when})), rule.number


def test_strangers_and_administrators_see_no_content_at_all() -> None:
    held = frozenset(Condition)
    for standing in (Standing.STRANGER, Standing.ADMINISTRATOR):
        for thing in Thing:
            for space in SpaceKind:
                assert not any(permit(standing, act, thing, space, held) for act in Act)


def test_the_secretariat_sees_procedure_only() -> None:
    held = frozenset(Condition)
    for thing in Thing:
        for space in SpaceKind:
            if permit(Standing.SECRETARIAT, Act.READ, thing, space, held):
                assert space is SpaceKind.PROCEDURE
                assert thing in {Thing.DISPUTE, Thing.EVENT, Thing.ATTEMPT, Thing.APPOINTMENT, Thing.OBJECTION}


def test_only_an_owners_voice_consents_and_only_a_mediator_discloses() -> None:
    for thing in Thing:
        for space in SpaceKind:
            for standing in Standing:
                if permit(standing, Act.CONSENT, thing, space):
                    assert standing is Standing.VOICE
                if permit(standing, Act.DISCLOSE, thing, space):
                    assert standing is Standing.MEDIATOR
                    assert space is SpaceKind.CAUCUS


def test_a_message_of_the_mediators_is_stopped_by_anybody_at_the_table_under_one_line() -> None:
    at_the_table, spoken = (Standing.COUNTERPARTY, Standing.MEDIATOR), frozenset({Condition.OF_THE_MEDIATOR})
    lines = [permit(each, Act.QUARANTINE, Thing.MESSAGE, SpaceKind.JOINT, spoken) for each in at_the_table]
    assert [line.number for line in lines if line] == ["V28", "V28"]
    assert permit(Standing.COUNTERPARTY, Act.QUARANTINE, Thing.MESSAGE, SpaceKind.JOINT) is None
    assert permit(Standing.EXPERT, Act.QUARANTINE, Thing.MESSAGE, SpaceKind.JOINT, spoken) is None


def test_numbers_of_rules_are_never_given_twice() -> None:
    numbers = [rule.number for rule in RULES]
    assert len(numbers) == len(set(numbers))


def test_the_document_names_every_rule_with_its_reason() -> None:
    document = visibility_markdown()
    for rule in RULES:
        assert f"| {rule.number} |" in document
        assert rule.because in document


# who of a party's team: lodges apart, lays before everyone, takes back from the draft, from the caucus, from the table,
# consents to what was lodged apart, to what was said apart; counts the loss, and shares it; answers about minutes;
# makes offers (under a mandate, which the table of powers asks)
CELLS = {
    (Act.WRITE, Thing.EXHIBIT, SpaceKind.PRIVATE): "representative counsel coordinator member",
    (Act.WRITE, Thing.EXHIBIT, SpaceKind.CAUCUS): "representative counsel coordinator member",
    (Act.WRITE, Thing.EXHIBIT, SpaceKind.JOINT): "representative counsel coordinator",
    (Act.WITHDRAW, Thing.EXHIBIT, SpaceKind.PRIVATE): "representative counsel coordinator member",
    (Act.WITHDRAW, Thing.EXHIBIT, SpaceKind.CAUCUS): "representative counsel coordinator",
    (Act.WITHDRAW, Thing.EXHIBIT, SpaceKind.JOINT): "representative counsel coordinator",
    (Act.CONSENT, Thing.EXHIBIT, SpaceKind.CAUCUS): "representative counsel",
    (Act.CONSENT, Thing.MESSAGE, SpaceKind.CAUCUS): "representative counsel",
    (Act.QUARANTINE, Thing.EXHIBIT, SpaceKind.JOINT): "representative counsel coordinator member",
    (Act.QUARANTINE, Thing.OFFER, SpaceKind.JOINT): "representative counsel coordinator member",
    (Act.WRITE, Thing.LOSSES, SpaceKind.PRIVATE): "representative counsel coordinator member",
    (Act.SHARE, Thing.LOSSES, SpaceKind.PRIVATE): "representative counsel coordinator member",
    (Act.WRITE, Thing.LOSSES, SpaceKind.JOINT): "representative counsel coordinator",
    (Act.APPROVE, Thing.MINUTES, SpaceKind.JOINT): "representative counsel coordinator",
    (Act.CONTEST, Thing.MINUTES, SpaceKind.JOINT): "representative counsel coordinator",
    (Act.CONTEST, Thing.MINUTES, SpaceKind.CAUCUS): "representative counsel coordinator member",
    (Act.WRITE, Thing.OFFER, SpaceKind.JOINT): "representative counsel coordinator member",
    (Act.WRITE, Thing.MESSAGE, SpaceKind.JOINT): "representative counsel coordinator member",
}
PARTY, OTHER, TABLE = PartyId(new_id()), PartyId(new_id()), DisputeId(new_id())


def somebody(role: SeatRole, party: PartyId = PARTY) -> Actor:
    seat = Seat(SeatId(new_id()), TABLE, party, role)
    return Actor(AccountId(new_id()), "A", "a@example.org", "fr", "Europe/Paris", frozenset(), (seat,))


@pytest.mark.parametrize(("cell", "roles"), CELLS.items())
@pytest.mark.parametrize("role", TEAM)
def test_who_of_a_team_lodges_takes_back_and_consents(
    role: SeatRole, cell: tuple[Act, Thing, SpaceKind], roles: str
) -> None:
    act, thing, space = cell
    place = Place(TABLE, PARTY, space)
    allowed = role.value in roles.split()
    assert (somebody(role).may(act, thing, place) is not None) == allowed
    refusal = somebody(role).refusal(act, thing, place)
    if not allowed:
        assert refusal == ("for_your_voice" if act is Act.CONSENT else "for_your_agent")
    assert somebody(role, OTHER).refusal(act, thing, place) == "not_permitted"


@pytest.mark.parametrize("role", TEAM)
def test_what_a_team_page_says_of_a_role_is_what_the_table_holds(role: SeatRole) -> None:
    says = {Power.LAY: Standing.AGENT, Power.CONSENT: Standing.VOICE, Power.WORK: Standing.OWNER}
    assert {power for power in POWERS[role] if power in says} == {
        power for power, standing in says.items() if standing in TEAM[role]
    }
