"""Write docs/engines.md: the engines there are, and which rules each knows, as they declare it.

Run as ``python scripts/make_engines_page.py docs/engines.md``.
"""

import sys
from pathlib import Path

from routing.engines import ENGINES, WITH_OPTIONS, engine_named

INTRODUCTION = """\
# Engines

An engine searches for a plan; `routing.solve(..., engine="NAME")` and `routebook solve --engine NAME` name it. None is
believed: the judge looks at every plan before it reaches you, and throws away what breaks a rule.

- `auto`, the default, lets `native` search. While its kernels are compiled, once on a machine, OR-Tools gives the first
  plan; where `native` lacks a rule, it finds a start without it, and OR-Tools goes on. `plan.engine` says who did what.
- `native` is ruin and recreate in compiled kernels, on one thread or several (`threads=`). Limited by iterations it
  gives the same bytes for the same seed, however many processors there are. Days of alike vehicles paid by distance,
  with deliveries that must be made, loads, windows, stops and metres alone, have a search of their own that does two to
  three times as many steps a second; nothing has to be asked for.
- `ortools` is OR-Tools in a process of its own. `second_opinion=True` has it price and accept the plan of any engine.
- `pyvrp` is PyVRP, with `pip install "routebook[pyvrp]"`.

A rule that an engine does not know is never dropped: `UnsupportedRuleError` names it, and the engines that know it.

"""
REST = """
This table is what the engines declare (`scripts/make_engines_page.py`); tests hold each of them to every rule it lists.

## Fewest vehicles, or least cost

Mandatory orders come first. Then `routing.solve(..., objective="cost")`, the default, finds the cheapest plan, and
`objective="fleet"` the cheapest of those with the fewest vehicles. In a quarter of its time the latter looks for the
cheapest plan too, and begins from there, so that `plan.summary()` shows the trade:

```python
import gisdata
import routing

town = gisdata.load_sample("wuhan")
problem = routing.build_problem(town.orders, town.depots, town.vehicles, town.roads)
print(routing.solve(problem, routing.Limit(iterations=100), seed=1, objective="fleet").summary())
```

    8 routes, 613.0 km, 39.3 h, 4,165.39 CNY; 200 of 200 orders served
    note: fewest vehicles first: 8 for 4,165.39 CNY; by cost alone, in a quarter of the search: 10 for 4,054.36 CNY

## How far from the least

`plan.bound` is what every plan costs at least that serves the same mandatory orders, and `plan.gap` by how much of that
this plan may be too dear at most; the bar tells it while the search runs. The bound is quick and valid under all rules,
not sharp: it counts the cheapest ways into and out of each order and the vehicles that loads make necessary, but
no window. On most days the plan is much nearer to the least cost than the gap says.

## Large days

With the matrix given and kernels compiled, by `python benchmarks/anytime.py` on an AMD EPYC that was shared with other
programs, in seconds of processor time:

| orders | judged plan after | longer than its limit | memory, matrix included |
| ---: | ---: | ---: | ---: |
| 200 | 0.02 s | 0.01 s | 241 MB |
| 1,000 | 0.12 s | 0.00 s | 270 MB |
| 10,000 | 8.1 s | 0.13 s | 2,650 MB |
| 20,000 | 46.6 s | 0.08 s | 9,748 MB |
"""
ALWAYS = ("coverage", "fleet", "travel_time", "cost")


def page() -> str:
    """Return the page as Markdown."""
    names = sorted(ENGINES)
    supports = {name: engine_named(name).supports for name in names}
    rules = sorted(frozenset().union(*supports.values()) - set(ALWAYS))
    rows = [("rule", *(f"`{name}`" for name in names)), ("---", *[":---:"] * len(names)),
            (", ".join(f"`{rule}`" for rule in ALWAYS), *["yes"] * len(names))]
    rows += [(f"`{rule}`", *("yes" if rule in supports[name] else "" for name in names)) for rule in rules]
    rows.append(("`threads=`, `objective=`", *("yes" if name in WITH_OPTIONS else "" for name in names)))
    return INTRODUCTION + "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n" + REST


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
