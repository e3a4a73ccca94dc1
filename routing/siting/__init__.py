"""Where distribution centres should stand: models of siting, each with a proven bound, and the travel they need."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.errors import InfeasibleSitingError
    from routing.siting.charge import fixed_charge
    from routing.siting.echelons import TwoEchelonSiting, two_echelon
    from routing.siting.judging import Verdict, judge, sampled_days
    from routing.siting.models import max_cover, p_centre, p_median, set_cover
    from routing.siting.periods import PeriodSiting, multi_period
    from routing.siting.result import Siting, SitingFrames
    from routing.siting.scores import Criterion, score_card
    from routing.siting.tables import travel_table

__all__ = ["Criterion", "InfeasibleSitingError", "PeriodSiting", "Siting", "SitingFrames", "TwoEchelonSiting",
           "Verdict", "fixed_charge", "judge", "max_cover", "multi_period", "p_centre", "p_median", "sampled_days",
           "score_card", "set_cover", "travel_table", "two_echelon"]

_HOMES = {
    "InfeasibleSitingError": "routing.errors",
    "Criterion": "routing.siting.scores",
    "PeriodSiting": "routing.siting.periods",
    "Siting": "routing.siting.result",
    "SitingFrames": "routing.siting.result",
    "TwoEchelonSiting": "routing.siting.echelons",
    "Verdict": "routing.siting.judging",
    "fixed_charge": "routing.siting.charge",
    "judge": "routing.siting.judging",
    "max_cover": "routing.siting.models",
    "multi_period": "routing.siting.periods",
    "p_centre": "routing.siting.models",
    "p_median": "routing.siting.models",
    "sampled_days": "routing.siting.judging",
    "score_card": "routing.siting.scores",
    "set_cover": "routing.siting.models",
    "travel_table": "routing.siting.tables",
    "two_echelon": "routing.siting.echelons",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
