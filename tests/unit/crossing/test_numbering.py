"""Numbers of exhibits before a court: typed, kept from before, or going on."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.crossing.numbering import HIGHEST, number_pieces
from odr.errors import InvalidInputError
from odr.ids import ExhibitId

A, B, C, D = (ExhibitId(UUID(int=each)) for each in range(1, 5))


def test_the_first_bundle_counts_from_one_in_the_order_chosen():
    assert number_pieces([B, A, C], {}, {}) == {B: 1, A: 2, C: 3}


def test_a_number_stays_from_bundle_to_bundle_and_new_ones_go_on_after_the_highest():
    assert number_pieces([A, B, C], {}, {A: 4, C: 2, D: 9}) == {A: 4, C: 2, B: 10}


def test_what_is_typed_goes_first_and_moves_what_had_that_number():
    assert number_pieces([A, B], {B: 4}, {A: 4}) == {B: 4, A: 5}
    assert number_pieces([A, B, C, D], {B: 2}, {}) == {A: 1, B: 2, C: 3, D: 4}


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({A: 0}, {A: "bad_number"}),
        ({A: HIGHEST + 1}, {A: "bad_number"}),
        ({A: 2, B: 2}, {A: "number_twice", B: "number_twice"}),
        ({}, {B: "bad_number"}),
    ],
)
def test_numbers_that_no_court_would_take_are_refused_by_exhibit(typed, wrong):
    with pytest.raises(InvalidInputError) as refused:
        number_pieces([A, B], typed, {A: HIGHEST})
    assert refused.value.fields == {str(each): code for each, code in wrong.items()}


EXHIBITS = st.sampled_from([A, B, C, D])


NUMBERED = st.dictionaries(EXHIBITS, st.integers(1, 9))


@given(st.sets(EXHIBITS, min_size=1), NUMBERED, NUMBERED)
def test_every_exhibit_gets_one_number_of_its_own(chosen, typed, before):
    try:
        numbers = number_pieces(sorted(chosen), typed, before)
    except InvalidInputError:
        assert len({typed[each] for each in chosen if each in typed}) < len([each for each in chosen if each in typed])
        return
    assert set(numbers) == chosen
    assert len(set(numbers.values())) == len(chosen)
    assert all(numbers[each] == typed[each] for each in chosen if each in typed)
