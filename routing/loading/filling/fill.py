"""Fill containers: check what is asked, search, say what is left and why. Where pieces stand is found in `rooms`."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from routing.errors import ProblemError
from routing.loading.filling.rooms import Stock, Task, fill_space, misfit, remaining
from routing.loading.filling.search import Effort, compile_filling
from routing.loading.judge import check_load
from routing.model import CargoSpace, Limit, LoadingRules, LoadPlan, LoadUnit
from routing.plan import PlanText

Report = Callable[[float, float], object]

FULLY_SUPPORTED = LoadingRules(support=1.0, removal=False)
USUAL, USUAL_OF_MANY = Limit(seconds=5.0), Limit(seconds=10.0)
LONGEST_SIDE_M = 30.0


@dataclass(frozen=True, slots=True)
class LeftOver:
    """Pieces that are not loaded.

    Parameters
    ----------
    unit : str
        Id of their load unit.
    count : int
        How many.
    reason : str
        Why.
    """

    unit: str
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class Filling:
    """Filled spaces. A claim: `routing.loading.check_load` judges each load.

    Parameters
    ----------
    loads : tuple of LoadPlan
        One a space that is used.
    left : tuple of LeftOver
        What is not loaded, in the order given.
    cost : float
        Of the spaces used.
    notes : tuple of str
        What the reader must know: that the search was interrupted, or an axle that moving the load does not put right.
    """

    loads: tuple[LoadPlan, ...]
    left: tuple[LeftOver, ...] = ()
    cost: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def load(self) -> LoadPlan:
        """The load of the first space."""
        return self.loads[0]

    @property
    def complete(self) -> bool:
        """Whether every piece is loaded."""
        return not self.left

    def summary(self) -> PlanText:
        """Return what is loaded, what is left, and why.

        Returns
        -------
        PlanText
            One line a space, one a load unit that is left.
        """
        lines = [f"{load.vehicle or load.space.id}: {len(load.placements)} pieces, {load.fill:.1%} full, "
                 f"{load.used_length_m:.2f} m of {load.space.length_m:.2f} m used" for load in self.loads]
        lines += [f"left: {over.count} of {over.unit}: {over.reason}" for over in self.left]
        return PlanText("\n".join([*lines, *(f"note: {note}" for note in self.notes)]))


def fill(space: CargoSpace | Sequence[CargoSpace], units: Sequence[LoadUnit], *,
         counts: Mapping[str, int] | None = None, costs: Mapping[str, float] | None = None,
         rules: LoadingRules | None = None, limit: Limit | None = None,
         progress: Report | bool | None = None) -> Filling:
    """Return a filling of one space with as much as possible, or of as many as are needed, at least cost.

    Parameters
    ----------
    space : CargoSpace or sequence of CargoSpace
        One: it is filled with the largest volume that fits. A sequence: kinds of spaces, of which as many are used as
        all goods need.
    units : sequence of LoadUnit
        The goods.
    counts : mapping of str to int, optional
        How many spaces of an id there are; without limit where none is given. For a sequence only.
    costs : mapping of str to float, optional
        What a space of an id costs; 1 where none is given. For a sequence only.
    rules : LoadingRules, optional
        What loads obey. By default bases are fully supported. A support of 0 lets pieces float: a bound, not a load to
        carry out. Any share between is kept by supporting all of every base.
    limit : Limit, optional
        By default 5 seconds, 10 for several spaces. Iterations count greedy completions; under them alone the same
        goods give the same filling.
    progress : callable or bool, optional
        Called with the share that is filled and the share of the limit that is used; True: a bar; None: a bar if a
        person watches.

    Returns
    -------
    Filling
        Loads in the order in which pieces go in, and what is left, with a reason. Interrupted: the best until then.

    Raises
    ------
    ProblemError
        Naming all that is wrong with spaces, units, counts and costs.

    Examples
    --------
    >>> box = LoadUnit("carton", length_m=0.6, width_m=0.4, height_m=0.4, count=500, upright=False)
    >>> van = CargoSpace("van", length_m=3.6, width_m=1.8, height_m=1.8)
    >>> fill(van, [box], limit=Limit(iterations=20)).complete
    False
    """
    several = not isinstance(space, CargoSpace)
    spaces = list(space) if not isinstance(space, CargoSpace) else [space]
    goods = list(units)
    faults = [*_space_faults(spaces), *_unit_faults(goods), *_number_faults(spaces, counts, costs, several=several)]
    if faults:
        raise ProblemError("fill: " + "; ".join(faults))
    kept = rules or FULLY_SUPPORTED
    never = {unit.id: misfit(unit, spaces) for unit in goods}
    stock = [Stock(unit, tuple(range(1, unit.count + 1))) for unit in goods if not never[unit.id]]
    chosen = limit or (USUAL_OF_MANY if several else USUAL)
    compile_filling()
    with _watched(progress) as report:
        task = Task(kept, Effort(chosen, report))
        if several:
            from routing.loading.filling.several import fill_several

            loads, cost = fill_several(spaces, stock, task, dict(counts or {}), dict(costs or {}))
        else:
            loads = [LoadPlan(spaces[0], tuple(fill_space(spaces[0], stock, task, shorten=True)), rules=kept)]
            cost = 0.0
    notes = ["the search was interrupted; this is the best until then"] * task.effort.interrupted
    notes += [str(fault) for load in loads if load.space.axles for fault in check_load(load, goods, complete=False)]
    return Filling(tuple(loads), tuple(_left_over(goods, never, stock, loads)), cost, tuple(notes))


def _left_over(goods: Sequence[LoadUnit], never: Mapping[str, str], stock: Sequence[Stock],
               loads: Sequence[LoadPlan]) -> Iterator[LeftOver]:
    left = {of.unit.id: len(of.numbers) for of in remaining(stock, [p for load in loads for p in load.placements])}
    for unit in goods:
        if never[unit.id]:
            yield LeftOver(unit.id, unit.count, never[unit.id])
        elif unit.id in left:
            yield LeftOver(unit.id, left[unit.id], "no room was found, or no payload, or it must part from what is in")


def _space_faults(spaces: Sequence[CargoSpace]) -> list[str]:
    wrong = [f"a space must be a CargoSpace, got {space!r}" for space in spaces if not isinstance(space, CargoSpace)]
    ids = [space.id for space in spaces if isinstance(space, CargoSpace)]
    doubled = sorted({name for name in ids if ids.count(name) > 1})
    return [*wrong, *(f"two spaces have the id {name!r}" for name in doubled),
            *(["give one space at least"] * (not spaces))]


def _unit_faults(goods: Sequence[LoadUnit]) -> list[str]:
    wrong = [f"goods must be LoadUnit, got {unit!r}" for unit in goods if not isinstance(unit, LoadUnit)]
    seen: set[str] = set()
    for unit in goods:
        if isinstance(unit, LoadUnit):
            longest = max(unit.length_m, unit.width_m, unit.height_m)
            if longest > LONGEST_SIDE_M:
                wrong.append(f"load unit {unit.id!r} is {longest:g} m long; sizes are metres, are these mm or cm?")
            if unit.id in seen:
                wrong.append(f"two load units have the id {unit.id!r}; join them, or give each an id of its own")
            seen.add(unit.id)
    shown = wrong[:5]
    return shown + [f"and {len(wrong) - len(shown)} more"] * (len(wrong) > len(shown))


def _number_faults(spaces: Sequence[CargoSpace], counts: Mapping[str, int] | None,
                   costs: Mapping[str, float] | None, *, several: bool) -> list[str]:
    if not several:
        given = [name for name, value in (("counts", counts), ("costs", costs)) if value is not None]
        return [f"{name} are for a list of spaces; give [space] to use several" for name in given]
    known = {space.id for space in spaces if isinstance(space, CargoSpace)}
    faults = [f"{word} name {name!r}, which no space is" for word, given in (("counts", counts), ("costs", costs))
              for name in given or {} if name not in known]
    faults += [f"counts of {name!r} must be a whole number of 0 or more, got {value!r}"
               for name, value in (counts or {}).items()
               if not isinstance(value, int) or isinstance(value, bool) or value < 0]
    return faults + [f"costs of {name!r} must be more than 0 and finite, got {value!r}" for name, value in (
        costs or {}).items() if not (isinstance(value, int | float) and math.isfinite(value) and value > 0)]


@contextmanager
def _watched(progress: Report | bool | None) -> Iterator[Report | None]:
    """Give what a search tells how it goes."""
    if callable(progress):
        yield progress
    elif progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        from tqdm.auto import tqdm

        with tqdm(total=1.0, desc="filling", leave=False, bar_format="{desc}: {percentage:3.0f}% |{bar}| {elapsed}"
                  "{postfix}") as bar:

            def report(filled: float, used: float) -> None:
                bar.n = min(1.0, used)
                bar.set_postfix_str(f"{filled:.1%} of the goods", refresh=False)
                bar.update(0)

            yield report
    else:
        yield None
