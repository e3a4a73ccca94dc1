"""Show how a search goes: a bar on a terminal, silence in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from routing.engines import Progress, SearchState
    from routing.model import Limit


@contextmanager
def shown_progress(progress: Progress | bool | None, limit: Limit) -> Iterator[Progress | None]:
    """Give what an engine shall tell how its search goes.

    Parameters
    ----------
    progress : callable or bool, optional
        Called by the engine; True: a bar on the error stream; False: nothing; None: a bar if a person watches.
    limit : Limit
        Where the bar ends.

    Yields
    ------
    callable or None
        For `Engine.solve`.
    """
    if callable(progress):
        yield progress
    elif progress or (progress is None and sys.stderr is not None and sys.stderr.isatty()):
        with _bar(limit) as report:
            yield report
    else:
        yield None


@contextmanager
def _bar(limit: Limit) -> Iterator[Progress]:
    from tqdm.auto import tqdm

    timed, total = limit.seconds is not None, limit.seconds or limit.iterations or 1
    layout = "{desc}: {percentage:3.0f}% |{bar}| {elapsed}{postfix}"
    with tqdm(total=total, desc="searching", leave=False, bar_format=layout) as bar:

        def report(state: SearchState) -> None:
            bar.n = min(state.seconds if timed else state.iteration, total)
            if state.cost is not None:
                left = f", {state.unserved} unserved" if state.unserved else ""
                bar.set_postfix_str(f"cost {state.cost:,.2f}{left}", refresh=False)
            bar.refresh()

        yield report
