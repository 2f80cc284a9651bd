"""First texts, the editor's form, instalments, and what parties are called: all without I/O."""

from datetime import UTC, datetime

import pytest

from odr.agreements.arranging import change_draft, split_into
from odr.agreements.convention import CONVENTION
from odr.agreements.drafting import Draft, DraftClause, DraftPayment, convention_text, first_settlement
from odr.agreements.lines import line_names, party_lines, signing_parties
from odr.agreements.parsing import read
from odr.agreements.text import TextLanguage, canonical
from odr.agreements.wording import SETTLEMENT
from odr.disputes.lifecycle import Stage
from odr.disputes.queries import Category, DisputeFacts
from odr.errors import InvalidInputError
from odr.ids import AccountId, DisputeId, PartyId, SeatId, SpaceId, new_id
from odr.parties.queries import PartyFacts, SeatFacts, Side
from odr.visibility.actor import SeatRole

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
CLAIMANT, RESPONDENT = "Ateliers Mercier SAS", "Novalis Logiciels SA"
DRAFT = Draft(payments=(DraftPayment("2027-02-15", "10", CLAIMANT, RESPONDENT, "Solde"),))


def a_party(name: str, side: Side = Side.CLAIMANT, ordinal: int = 1, *, joined: bool = True) -> PartyFacts:
    return PartyFacts(
        id=PartyId(new_id()),
        dispute_id=DisputeId(new_id()),
        side=side,
        ordinal=ordinal,
        name=name,
        registration="RCS Lyon 123",
        address="1 rue du Test\n69000 Lyon",
        prefix="C",
        joined_at=NOW if joined else None,
    )


def a_seat(name: str, role: SeatRole, party: PartyFacts | None = None) -> SeatFacts:
    return SeatFacts(
        seat_id=SeatId(new_id()),
        account_id=AccountId(new_id()),
        name=name,
        role=role,
        party_id=party.id if party else None,
        own_role=role,
        since=NOW,
        declared_at=None,
    )


def a_dispute(*parties: PartyFacts) -> DisputeFacts:
    return DisputeFacts(
        id=DisputeId(new_id()),
        reference="M-7KQ4-92TX",
        stage=Stage.CONVENTION_PENDING,
        version=1,
        title="Un litige",
        category=Category.OTHER,
        amount_cents=None,
        currency="EUR",
        procedure_space_id=SpaceId(new_id()),
        filed_by=AccountId(new_id()),
        created_at=NOW,
        stage_since=NOW,
        is_complaint=False,
        reply_by=None,
        convention_signed_at=None,
        term_ends=None,
        term_extended_at=None,
        limitation_suspended_at=None,
        limitation_resumed_at=None,
        reopens_record_id=None,
        parties=parties,
    )


@pytest.mark.parametrize("language", ["fr", "en"])
def test_first_texts_are_whole_in_both_languages(language: TextLanguage):
    claimant, respondent = a_party(CLAIMANT), a_party(RESPONDENT, Side.RESPONDENT)
    seats = (a_seat("C. Mercier", SeatRole.REPRESENTATIVE, claimant), a_seat("Maya Médiatrice", SeatRole.MEDIATOR))
    for make in (convention_text, first_settlement):
        text = make(a_dispute(claimant, respondent), seats, language)
        assert read(canonical(text)) == text
        assert "M-7KQ4-92TX" in text.preamble
        assert not any(mark in canonical(text).decode() for mark in ("{reference}", "{mediator}", "{centre}"))
        assert text.parties[0].represented_by == "C. Mercier"
        assert text.parties[1].represented_by
        assert text.parties[2].role == "mediator"


def test_both_languages_say_the_same_articles():
    assert len(CONVENTION["fr"].clauses) == len(CONVENTION["en"].clauses)
    assert len(SETTLEMENT["fr"].clauses) == len(SETTLEMENT["en"].clauses)


def test_a_convention_names_no_mediator_while_none_is_appointed():
    text = convention_text(a_dispute(a_party(CLAIMANT), a_party(RESPONDENT, Side.RESPONDENT)), (), "fr")
    assert "le médiateur que désigne le centre" in text.clauses[0].body
    assert len(text.parties) == 2


def test_two_parties_of_one_name_are_told_apart_and_hostile_names_are_printable():
    parties = (
        a_party("Homonyme"),
        a_party("homonyme", Side.RESPONDENT),
        a_party("😀 \u202eSARL", Side.RESPONDENT, 2),
        a_party("x" * 200, Side.RESPONDENT, 3),
        a_party("x" * 200, Side.RESPONDENT, 4),
    )
    names = list(line_names(parties).values())
    assert names[:3] == ["Homonyme", "homonyme (2)", "[U+1F600] [U+202E]SARL"]
    assert len({name.casefold() for name in names}) == 5
    assert all(len(name) <= 200 for name in names)
    read(canonical(convention_text(a_dispute(*parties), (), "fr")))


def test_a_respondent_that_never_came_is_not_in_the_text():
    came, absent = a_party(RESPONDENT, Side.RESPONDENT), a_party("Absente", Side.RESPONDENT, 2, joined=False)
    dispute = a_dispute(a_party(CLAIMANT), came, absent)
    assert absent not in signing_parties(dispute)
    assert [line.name for _id, line in party_lines(dispute, (), "fr")] == [CLAIMANT, RESPONDENT]


def test_rows_of_the_form_are_added_moved_and_removed_without_losing_a_word():
    two = Draft(clauses=(DraftClause("a", "A"), DraftClause("b", "B")))
    assert [one.heading for one in change_draft(two, "up.clause.1").clauses] == ["b", "a"]
    assert [one.heading for one in change_draft(two, "down.clause.0").clauses] == ["b", "a"]
    assert [one.heading for one in change_draft(two, "remove.clause.0").clauses] == ["b"]
    assert change_draft(two, "add_clause").clauses[2] == DraftClause()
    assert len(change_draft(two, "add_payment").payments) == 1
    for nonsense in ("", "keep", "up.clause.0", "down.clause.1", "remove.clause.7", "up.clause.x", "up.exhibit.0"):
        assert change_draft(two, nonsense) == two


def test_an_amount_split_into_instalments_keeps_its_sum_and_the_order_of_dates():
    made = split_into(
        DRAFT, amount="100", count="3", first="2027-01-31", payer=CLAIMANT, payee=RESPONDENT, what="Remise"
    )
    added = [payment for payment in made.payments if payment.what == "Remise"]
    assert [payment.amount for payment in added] == ["33,33", "33,33", "33,34"]
    assert [payment.due for payment in added] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    assert [payment.due for payment in made.payments] == sorted(payment.due for payment in made.payments)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("split_amount", "rien", "bad_amount"),
        ("split_amount", "0,01", "not_positive"),
        ("split_count", "0", "bad_count"),
        ("split_count", "121", "bad_count"),
        ("split_count", "trois", "bad_count"),
        ("split_first", "hier", "bad_date"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused_by_its_field(field: str, value: str, code: str):
    given = {"split_amount": "100", "split_count": "3", "split_first": "2027-01-31"} | {field: value}
    with pytest.raises(InvalidInputError) as refused:
        split_into(
            Draft(),
            amount=given["split_amount"],
            count=given["split_count"],
            first=given["split_first"],
            payer=CLAIMANT,
            payee=RESPONDENT,
            what="",
        )
    assert refused.value.fields == {field: code}
