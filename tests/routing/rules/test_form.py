"""Form: fields hold what they promise, and what breaks that is told once, whatever it is."""

import math

import numpy as np
import pytest

from routing.rules import RULES, form


class Hostile:
    """An object that fails whatever is asked of it."""

    def __repr__(self):
        raise RuntimeError("no")

    __str__ = __eq__ = __hash__ = __repr__


NO_TEXT = [None, 7, b"A", ["A"], Hostile()]
NO_WHOLE = [None, "08:00", 1.5, math.nan, math.inf, True, 10**400, -(2**60), [1], Hostile()]
NO_NUMBER = [None, "1", math.nan, math.inf, -math.inf, True, 10**400, 1j, Hostile()]
NO_LIST = [None, "AB", 3, {}, Hostile()]

CASES = [
    *[("visit", field, value) for field, values in
      {"order": NO_TEXT, "arrival_s": NO_WHOLE, "begin_s": NO_WHOLE, "end_s": NO_WHOLE}.items() for value in values],
    *[("route", field, value) for field, values in
      {"vehicle": NO_TEXT, "vehicle_type": NO_TEXT, "depot": NO_TEXT, "begin_s": NO_WHOLE, "end_s": NO_WHOLE,
       "distance_m": NO_WHOLE, "cost": NO_NUMBER, "visits": NO_LIST}.items() for value in values],
    *[("unserved", field, value) for field in ("order", "reason", "detail") for value in NO_TEXT],
    *[("plan", field, value) for field in ("routes", "unserved") for value in NO_LIST],
]


def planted(plan, forge, noun, field, value):
    """Return the plan with a value in one field of its first route, visit, unserved order or of itself."""
    route = plan.routes[0]
    if noun == "plan":
        return forge(plan, **{field: value})
    if noun == "unserved":
        return forge(plan, unserved=(forge(plan.unserved[0], **{field: value}), *plan.unserved[1:]))
    if noun == "visit":
        field, value = "visits", (forge(route.visits[0], **{field: value}), *route.visits[1:])
    return forge(plan, routes=(forge(route, **{field: value}), *plan.routes[1:]))


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{n}-{f}-{type(v).__name__}" for n, f, v in CASES])
def test_a_value_of_the_wrong_kind_is_told_once_and_fails_nothing(mixed_plan, forge, number):
    """Each field of each noun, filled with what it must not hold: one violation of form, and all rules still judge."""
    noun, field, value = CASES[number]
    plan = planted(mixed_plan, forge, noun, field, value)

    (violation,) = form.violations(plan)
    others = [list(rule.violations(plan)) for rule in RULES]

    assert (violation.amount, violation.unit) == (1, "values")
    assert f"{field} must be " in violation.message
    assert len(violation.message) < 300
    assert "\n" not in violation.message
    assert len(others) == len(RULES)


@pytest.mark.parametrize("stranger", [None, "A", 7, {}, Hostile()])
def test_a_stranger_among_visits_routes_or_unserved_orders_is_told(mixed_plan, forge, stranger):
    """Something that is no visit, no route and no unserved order: three violations, in the order of the plan."""
    route = mixed_plan.routes[0]
    plan = forge(mixed_plan, routes=(forge(route, visits=(*route.visits, stranger)), stranger),
                 unserved=(*mixed_plan.unserved, stranger))

    told = [(v.route, v.message.rsplit(" ", 1)[-1], v.amount, v.unit) for v in form.violations(plan)]

    assert told == [("", "Route", 1, "values"), ("van#1", "Visit", 1, "values"), ("", "UnservedOrder", 1, "values")]
    for rule in RULES:
        list(rule.violations(plan))


def test_numpy_numbers_are_numbers(mixed_plan, forge):
    """An int64 is a whole number, a float64 a number; nobody needs to convert."""
    route = mixed_plan.routes[0]
    plan = forge(mixed_plan, routes=(forge(route, begin_s=np.int64(route.begin_s), cost=np.float64(route.cost)),
                                     *mixed_plan.routes[1:]))

    assert list(form.violations(plan)) == []


def test_times_beyond_the_plan_are_whole_numbers_too(mixed_plan, change):
    """A negative time is of the right kind; that it is outside every shift is for the rule shift."""
    assert list(form.violations(change(mixed_plan, "van#1", route={"begin_s": -600}))) == []


@pytest.mark.parametrize(("seconds", "readable"), [(2**53, True), (2**53 + 1, False), (-(2**53), True),
                                                   (-(2**53) - 1, False)])
def test_numbers_that_a_float_cannot_count_are_no_times(mixed_plan, change, seconds, readable):
    """Above 2^53 not every whole number is a float."""
    assert bool(list(form.violations(change(mixed_plan, "van#1", route={"begin_s": seconds})))) is not readable


def test_control_characters_of_ids_do_not_reach_the_message(mixed_plan, forge, change):
    """A vehicle id that rings the bell and turns the writing direction is shown, not played."""
    plan = change(mixed_plan, "van#1", route={"vehicle": "van\x07\u202e#1\n", "cost": math.nan})

    (violation,) = form.violations(plan)

    assert violation.message == r"vehicle 'van\x07\u202e#1\n': cost must be a finite number, got nan"
