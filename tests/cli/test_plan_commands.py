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


def test_replay_makes_a_plan_file_again(town):
    """Counted work: the same plan; the clock: exit 2, and why."""
    town.solve()
    code, out, _ = town.run("replay", town.out / "orders.plan", "--out", town.folder / "again.plan")

    assert (code, out.startswith("the same plan, made again")) == (0, True)
    assert (town.folder / "again.plan").read_bytes() == (town.out / "orders.plan").read_bytes()

    plan = routing.load_plan(town.out / "orders.plan")
    routing.save_plan(plan.move(plan.routes[0].orders[0], "van#3"), town.folder / "edited.plan")
    code, _, err = town.run("replay", town.folder / "edited.plan")
    assert (code, "changed after it was made" in err) == (INPUT, True)


def test_replan_takes_events_from_a_table(town):
    """Chinese words, a place that is known: 002 is cancelled, one more comes to the door of 003; all faults at once."""
    town.solve()
    events = town.write("事件.csv", "事件,编号,经度,纬度,重量(千克)\n取消,002,,,\n新增,006,114.315,30.605,10\n")

    code, out, _ = town.run("replan", town.out / "orders.plan", "--now", "06:30", "--events", events, "--iterations",
                            "1", "--out", town.folder / "new.plan")
    new = routing.load_plan(town.folder / "new.plan")

    assert (code, new.served) == (0, ("001", "003", "004", "005", "006"))
    assert "planned anew at 06:30 after 1 cancelled, 1 new" in out
    bad = town.write("bad.csv", "event,id,delay_min\nlate,van#1,\nexploded,van#2,\n")
    code, _, err = town.run("replan", town.out / "orders.plan", "--now", "06:30", "--events", bad, "--out", "x.plan")
    assert (code, "delay" in err, "exploded" in err) == (INPUT, True, True)
