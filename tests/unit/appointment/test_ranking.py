"""The rule of a joint choice: lowest sum, then the better worst rank, then the list's order; strikes remove."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odr.appointment.ranking import Ballot, draw_of, drawn, in_order, usual_strikes
from odr.ids import AccountId

A, B, C, D = (AccountId(UUID(int=number)) for number in range(1, 5))


@pytest.mark.parametrize(
    ("listed", "sides", "chosen"),
    [
        ((A, B, C), [[Ballot((A, B, C))], [Ballot((B, C, A))]], B),  # 2 + 1 beats 1 + 3
        ((A, B, C), [[Ballot((A, B, C))], [Ballot((C, B, A))]], B),  # all at 4: B's worst is 2
        ((C, A, B), [[Ballot((A, B, C))], [Ballot((B, A, C))]], A),  # A and B at 3, worst 2: A stands first
        ((A, C, B), [[Ballot((B, C), struck=(A,))], [Ballot((A, C, B))]], C),  # A is off; B and C tie: C stands first
        ((A, B, C), [[Ballot((C, B, A))], []], C),  # who did not rank is indifferent
        ((B, A, C), [[], []], B),  # nobody did: the order drawn by lot
        ((A, B, C), [[Ballot((A, B, C))], [Ballot((C, B, A)), Ballot((C, A, B))]], A),  # 1 + 2.5: two of a side average
    ],
)
def test_the_rule_has_one_answer(listed: tuple[AccountId, ...], sides: list[list[Ballot]], chosen: AccountId) -> None:
    assert in_order(listed, sides)[0] == chosen


def test_nobody_is_left_when_everybody_is_struck() -> None:
    assert in_order((A, B), [[Ballot((B,), struck=(A,))], [Ballot((A,), struck=(B,))]]) == ()


@given(st.permutations([A, B, C, D]), st.permutations([A, B, C, D]), st.permutations([A, B, C, D]))
def test_it_does_not_matter_which_side_is_which(
    listed: list[AccountId], ours: list[AccountId], theirs: list[AccountId]
) -> None:
    one, other = [Ballot(tuple(ours))], [Ballot(tuple(theirs))]
    assert in_order(listed, [one, other]) == in_order(listed, [other, one])
    assert set(in_order(listed, [one, other])) == {A, B, C, D}


@given(st.integers(min_value=3, max_value=7))
def test_with_the_usual_strikes_somebody_always_remains(listed: int) -> None:
    assert 0 < usual_strikes(listed) * 2 < listed


def test_the_draw_depends_on_the_checkpoint_and_on_the_list_and_on_nothing_else() -> None:
    draw = draw_of(b"checkpoint", UUID(int=7))
    assert draw == draw_of(b"checkpoint", UUID(int=7))
    assert len({draw, draw_of(b"another", UUID(int=7)), draw_of(b"checkpoint", UUID(int=8))}) == 3
    assert drawn([A, B, C], draw) == drawn([C, B, A], draw)
