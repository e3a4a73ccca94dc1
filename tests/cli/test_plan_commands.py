"""Commands that take a plan file: the words of the API, exit codes."""

import routing
from routing.cli import INPUT


def test_explain_says_what_the_api_says(town):
    """An order of 500 kg, vans of 400: the same words in both languages; exit 2 for an order that is served."""
    town.with_orders("001,114.305,30.605,120", "heavy,114.310,30.610,500")
    town.solve()
    plan = town.out / "orders.plan"
    told = routing.explain(routing.load_plan(plan), "heavy")

    assert told.remedy("capacity").change.amount == 100
    assert town.run("explain", plan, "heavy") == (0, f"{told.summary()}\n", "")
    assert town.run("explain", plan, "heavy", "--language", "zh") == (0, f"{told.summary('zh')}\n", "")
    assert town.run("explain", plan, "001")[0] == INPUT
