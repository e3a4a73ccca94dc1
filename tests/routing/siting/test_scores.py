"""Score cards: a card worked out by hand, caps, and cards that are wrong."""

import pandas as pd
import pytest

from gisdata.errors import TableError
from routing.siting import Criterion, score_card

CARRIERS = pd.DataFrame({"id": ["quick", "cheap"], "on_time": [98.0, 90.0], "rate": [1.8, 1.2],
                         "praise": [3.0, None], "damage": [0.0, 12.0]})
CARD = [Criterion("on_time", 60, worst=80, best=100), Criterion("rate", 40, worst=2.0, best=1.0)]


def test_a_card_worked_out_by_hand():
    """On time 90 and 50 points, rate 20 and 80: 62 both; with base 50, 81; bonus 3 capped at 2, malus 12 at 10."""
    found = score_card(CARRIERS, CARD, base=50, bonus="praise", malus="damage", most_bonus=2, most_malus=10)

    assert found["id"].tolist() == ["quick", "cheap"]
    assert found["on_time"].tolist() == pytest.approx([90, 50])
    assert found["rate"].tolist() == pytest.approx([20, 80])
    assert found["score"].tolist() == pytest.approx([83, 71])
    assert found["rank"].tolist() == [1, 2]


def test_equal_scores_share_a_rank_and_none_is_above_the_cap_or_below_zero():
    """Without bonus and malus both have 62; a malus of 12 takes no one below 0; figures beyond a range earn no more."""
    assert score_card(CARRIERS, CARD)["rank"].tolist() == [1, 1]
    extreme = pd.DataFrame({"id": ["best", "worst"], "on_time": [200, 0], "rate": [0, 9], "damage": [0, 12]})
    assert score_card(extreme, CARD, malus="damage", cap=95)["score"].tolist() == [95, 0]


def test_weights_that_do_not_sum_to_100_say_what_is_missing():
    """60 and 30: 10 are missing; a column that is not there and an empty range are told with it."""
    card = [Criterion("on_time", 60, worst=80, best=100), Criterion("price", 30, worst=1, best=1)]

    with pytest.raises(TableError) as told:
        score_card(CARRIERS, card)

    assert told.value.count == 3
    assert "10 are missing" in str(told.value)
    assert "'price'" in str(told.value)


def test_figures_that_are_missing_are_named():
    """A blank rate, by row and column; a blank bonus is none; a negative malus is not a bonus."""
    bad = CARRIERS.assign(rate=[None, 1.2], damage=[-1.0, 0.0])

    with pytest.raises(TableError) as told:
        score_card(bad, CARD, bonus="praise", malus="damage")

    assert sorted((fault.row, fault.column) for fault in told.value.faults) == [("0", "damage"), ("0", "rate")]
