"""The page docs/benchmarks-siting.md: every model on every size, ours and spopt's seconds and gaps."""

from report import processor, version_of

TITLES = {"p_median": "p-median, 10 sites", "p_centre": "p-centre, 10 sites", "set_cover": "set covering",
          "max_cover": "maximal covering, 10 sites", "fixed_charge": "fixed charge, capacities, split",
          "single_source": "fixed charge, capacities, single sourcing"}
PAGE = """# Siting models

Processor seconds from the matrix in memory to the answer, each run a process of its own on an {processor}, made by

    python benchmarks/siting.py --seed {seed} --cap {cap:g} --markdown docs/benchmarks-siting.md

Places and sites lie at random in a square. The gap is that of the answer to our bound. spopt {spopt} solves with CBC,
its default. What it has not proven within {cap:g} s counts as {cap:g} s and is marked so, with the gap of what it had
by then. Fixed charges with capacities are not among its models; ours search for at most 60 s. Other programs kept the
machine busy: take ratios and not seconds from it.

| model | sites x places | Routebook | its gap | spopt | its gap |
| --- | --- | ---: | ---: | ---: | ---: |
"""


def page(figures, cap, seed):
    """Return the whole page."""
    cells = {(one["case"], one["engine"], one["metric"]): one for one in figures}
    head = PAGE.format(processor=processor(), seed=seed, cap=cap, spopt=version_of("spopt"))
    return head + "".join(row(case, cells) for case in dict.fromkeys(one["case"] for one in figures))


def row(case, cells):
    """Return the line of one model on one size."""
    model, size = case.split()
    sites, places = (int(word) for word in size.split("x"))
    words = [TITLES[model], f"{sites} x {places:,}"]
    for engine in ("routebook", "spopt"):
        words += [seconds(cells.get((case, engine, "solve_s"))), gap(cells.get((case, engine, "gap_percent")))]
    return f"| {' | '.join(words)} |\n"


def seconds(figure):
    """Return seconds with what has to be said of them."""
    if figure is None:
        return "no such model"
    if figure["value"] is None:
        return figure["unit"].replace("|", "/")
    return f"{figure['value']:.3g}" + (" (not proven)" if figure["unit"] != "s" else "")


def gap(figure):
    """Return a gap in percent, or nothing."""
    if figure is None:
        return ""
    return "no answer" if figure["value"] is None else f"{max(0.0, figure['value']):.2f} %"
