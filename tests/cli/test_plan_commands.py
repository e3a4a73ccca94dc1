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


def test_compare_puts_plan_files_side_by_side(town):
    """A plan and itself with an order moved: the table, the causes, and a map where it was asked for."""
    town.solve()
    plan = routing.load_plan(town.out / "orders.plan")
    other = plan.move(plan.routes[0].orders[0], "van#3")
    routing.save_plan(other, town.folder / "other.plan")

    code, out, _ = town.run("compare", town.out / "orders.plan", town.folder / "other.plan", "--language", "zh",
                            "--map", town.folder / "diff.html")

    assert (code, "cost_change" in out, (town.folder / "diff.html").exists()) == (0, True, True)
    assert plan.diff(other).summary("zh") in out
