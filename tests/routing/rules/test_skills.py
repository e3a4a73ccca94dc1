"""Skills: a vehicle has all that its orders ask for."""

from routing.rules import skills


def facts(plan):
    return [(v.route, v.visit, v.amount, v.unit) for v in skills.violations(plan)]


def test_a_vehicle_with_the_skills_may_serve(mixed_plan):
    """R and T need cold, the reefer has it; P and Q need nothing."""
    assert facts(mixed_plan) == []


def test_a_skill_too_many_is_no_fault(mixed_plan, with_vehicle):
    """A reefer that also has a crane still serves R and T."""
    assert facts(with_vehicle(mixed_plan, "reefer", skills={"cold", "crane"})) == []


def test_every_visit_that_lacks_a_skill_is_reported(mixed_plan, with_vehicle):
    """Without cold, both T and R are served by a vehicle that may not."""
    plan = with_vehicle(mixed_plan, "reefer", skills=frozenset())

    assert facts(plan) == [("reefer#1", "T", 1, "skills"), ("reefer#1", "R", 1, "skills")]


def test_the_missing_skills_are_counted_and_named(two_stop_plan, with_order, with_vehicle):
    """B needs crane, cold and permit; the van has cold: two are missing."""
    plan = with_order(with_vehicle(two_stop_plan, "van", skills={"cold"}), "B", skills={"crane", "cold", "permit"})

    (violation,) = skills.violations(plan)

    assert (violation.visit, violation.order, violation.amount, violation.unit) == ("B", "B", 2, "skills")
    assert violation.message == "vehicle 'van#1' lacks 'crane', 'permit' for order 'B'"


def test_skills_are_compared_as_text(two_stop_plan, with_order, with_vehicle):
    """Cold is not cold."""
    plan = with_order(with_vehicle(two_stop_plan, "van", skills={"Cold"}), "A", skills={"cold"})

    assert facts(plan) == [("van#1", "A", 1, "skills")]
