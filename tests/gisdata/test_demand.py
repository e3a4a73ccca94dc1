"""Histories, profiles, forecasts and classes of demand: hand-made orders and published worked examples."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gisdata
from gisdata.demand import (
    abc_xyz,
    back_test,
    croston,
    demand_history,
    demand_profile,
    forecast,
    seasonal_naive,
    smoothing,
)

# Hyndman and Athanasopoulos (2013), "Forecasting: Principles and Practice", section 7.1, table 7.2: oil production of
# Saudi Arabia, 1996 to 2007, and the forecasts of 2008.
OIL = [446.7, 454.5, 455.7, 423.6, 456.3, 440.6, 425.3, 485.1, 506.0, 526.8, 514.3, 494.2]
OIL_2008 = {0.2: 484.8, 0.6: 501.8}
# Wong, "Time Series Forecasting Exercise": simple exponential smoothing with 0.3, the forecast of period 11.
SALES = [99, 88, 50, 58, 62, 60, 55, 62, 71, 65]
SALES_11 = 65.42


def orders(rows):
    return pd.DataFrame(rows, columns=["date", "id", "kg"])


def test_history_fills_days_without_orders():
    """Two places, three days, two orders of one place on one day."""
    table = orders([("2026-03-02", "b", 5.0), ("2026-03-02", "b", 2.0), ("2026-03-04", "a", 1.0)])

    history = demand_history(table, amount="kg")

    assert history.columns.tolist() == ["a", "b"]
    assert [str(day) for day in history.index] == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert history.to_numpy().tolist() == [[0, 7], [0, 0], [1, 0]]
    assert demand_history(table, period="month").to_numpy().tolist() == [[1, 2]]
    assert len(demand_history(table, period="week")) == 1


def test_faults_of_orders_are_named_together():
    """A date that is none, a negative amount and a missing one; a missing column; no order."""
    table = orders([("2026-03-02", "a", 1.0), ("soon", "a", 1.0), ("2026-03-03", "a", -1.0), ("2026-03-04", "a", None)])

    with pytest.raises(gisdata.TableError) as refused:
        demand_history(table, amount="kg")
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [("1", "date"), ("2", "kg"), ("3", "kg")]
    with pytest.raises(gisdata.MissingColumnError, match="day"):
        demand_history(table, date="day")
    with pytest.raises(gisdata.TableError, match="there are none"):
        demand_history(table.iloc[:0])


def test_profile_of_a_known_week():
    """Four weeks with 10 on Mondays and 2 on other days: a mean of 22 / 7, so 70 / 22 and 14 / 22."""
    days = pd.date_range("2026-03-02", periods=28)
    table = orders([(str(day.date()), "a", 10.0 if day.day_of_week == 0 else 2.0) for day in days])

    profile = demand_profile(demand_history(table, amount="kg"))

    weekday = profile[profile["of"] == "weekday"].set_index("name")["factor"]
    assert weekday["Mo"] == pytest.approx(70 / 22)
    assert weekday["Su"] == pytest.approx(14 / 22)
    assert profile[profile["of"] == "month"]["factor"].tolist() == [1.0]
    with pytest.raises(gisdata.TableError, match="by day"):
        demand_profile(demand_history(table, period="week"))


@pytest.mark.parametrize(("series", "alpha", "wanted", "digits"), [
    (OIL, 0.2, OIL_2008[0.2], 0.1), (OIL, 0.6, OIL_2008[0.6], 0.1), (SALES, 0.3, SALES_11, 0.05)])
def test_smoothing_gives_the_published_forecasts(series, alpha, wanted, digits):
    """The figures of both sources, which round as they go."""
    assert smoothing(series, 2, alpha=alpha) == pytest.approx([wanted, wanted], abs=digits)


def test_croston_by_hand():
    """Sizes 6, 2, 4 after 3, 2 and 1 periods, alpha 0.5: size 6, 4, 4; interval 3, 2.5, 1.75; 4 / 1.75."""
    assert croston([0, 0, 6, 0, 2, 4, 0], 2, alpha=0.5) == pytest.approx([4 / 1.75] * 2)
    assert croston([0, 0, 0], 2).tolist() == [0, 0]


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=40), st.floats(0.01, 1))
def test_croston_of_constant_intervals_is_smoothing(values, alpha):
    """Demand in every period: the interval is 1, and Croston's forecast that of exponential smoothing."""
    assert croston(values, 1, alpha) == pytest.approx(smoothing(values, 1, alpha=alpha))


def test_seasons_are_kept():
    """The last week again; and a perfect week is forecast perfectly, also from its middle."""
    week = [5.0, 1, 2, 3, 4, 0, 9]

    assert seasonal_naive([0, *week], 9).tolist() == [*week, 5, 1]
    assert smoothing(week * 4 + week[:3], 6, 7) == pytest.approx([*week[3:], *week[:2]], abs=1e-6)


def test_a_method_is_believed_only_if_it_beats_the_naive_one():
    """A perfect week: nothing is better than repeating it. Noise around a level: smoothing is. Rare demand: said so."""
    steady = forecast([5.0, 1, 2, 3, 4, 0, 9] * 6, 7)
    noise = forecast(100 + np.random.default_rng(1).normal(0, 10, 140), 14)

    assert (steady.method, steady.beats_naive) == ("seasonal naive", False)
    assert "no other method" in str(steady)
    assert noise.beats_naive
    assert noise.tested.loc[noise.method, "relative"] < 1
    assert noise.method in str(noise)


def test_back_test_sees_only_the_past():
    """The series jumps in the last fold: every method misses it by the jump; the fold before is exact."""
    tested = back_test([10.0] * 21 + [30.0] * 7, 7, season=7, folds=2)

    assert tested["mean_error"].tolist() == pytest.approx([10.0] * 4)
    assert tested["bias"].tolist() == pytest.approx([-10.0] * 4)
    assert not tested["beats_naive"].any()
    with pytest.raises(ValueError, match="at least 21"):
        back_test([1.0] * 20, 7)
    with pytest.raises(ValueError, match="position 1"):
        back_test([1.0, -1.0] * 20, 7)


def test_abc_of_the_published_example():
    """Heizer and Render, "Operations Management", Silicon Chips, Inc.: A 72 %, B 23 %, C 5 % of 232,057 dollars."""
    volume = {"10286": (1000, 90.00), "11526": (500, 154.00), "12760": (1550, 17.00), "10867": (350, 42.86),
              "10500": (1000, 12.50), "12572": (600, 14.17), "14075": (2000, 0.60), "01036": (100, 8.50),
              "01307": (1200, 0.42), "10572": (250, 0.60)}
    units = pd.DataFrame({name: [float(amount)] for name, (amount, _) in reversed(volume.items())})
    cost = pd.Series({name: each for name, (_, each) in volume.items()})

    classed = abc_xyz(units, cost, abc=(0.75, 0.96))

    assert classed.index.tolist() == list(volume)
    assert classed["value"].sum() == pytest.approx(232_057, abs=1)
    assert "".join(classed["abc"]) == "AABBBCCCCC"
    assert classed.groupby("abc")["share"].sum().round(2).tolist() == [0.72, 0.23, 0.05]


def test_xyz_by_hand():
    """Constant: X. 0 and 2: deviation 1 over mean 1, still Y. One in four: sqrt(3), Z. Never: Z, without a figure."""
    history = pd.DataFrame({"even": [4.0] * 4, "half": [0.0, 2, 0, 2], "rare": [0.0, 0, 0, 4], "never": [0.0] * 4})

    classed = abc_xyz(history)

    assert classed["xyz"].to_dict() == {"even": "X", "half": "Y", "rare": "Z", "never": "Z"}
    assert classed["variation"].iloc[:3].tolist() == pytest.approx([0, 1, 3**0.5])
    assert np.isnan(classed.loc["never", "variation"])
    with pytest.raises(gisdata.TableError, match="is no amount") as refused:
        abc_xyz(history.replace(2.0, -2.0), pd.Series({"even": 1.0}))
    assert refused.value.count == 5  # two amounts, and three values that are missing
