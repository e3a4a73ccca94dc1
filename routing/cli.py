"""The command `routebook`: the words of the API on a command line, one clear message for every fault.

Nothing is computed here. Exit codes: 0 fine, 1 a bug, 2 input, 3 road network, 4 no plan within the limits, 5 the judge
found violations, 6 some of a batch planned, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
import traceback
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import gisdata
import routing
from gisdata.escape import plain_text
from routing.plan_commands import add_plan_commands

if TYPE_CHECKING:
    from routing.batch.record import Record

FINE, BUG, INPUT, ROADS, NO_PLAN, VIOLATIONS, SOME, INTERRUPTED = 0, 1, 2, 3, 4, 5, 6, 130
SHOWN_VIOLATIONS = 20


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Words after ``routebook``; by default those of the process.

    Returns
    -------
    int
        Exit code; see the head of this module.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console that lacks a character must not end the run
    args = _parser().parse_args(argv)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("default" if args.debug else "ignore")
            code: int = args.run(args)
            sys.stdout.flush()
    except BrokenPipeError:
        sys.stdout = None  # the reader left, as `head` does
        return FINE
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - the door: what passes here is a traceback
        return _report(error, debug=args.debug)
    else:
        return code


def _search_words() -> argparse.ArgumentParser:
    """Return the words of every command that searches."""
    search = argparse.ArgumentParser(add_help=False)
    search.add_argument("--seconds", type=float, help="stop the search after this time (default: by number of orders)")
    search.add_argument("--iterations", type=int, help="stop the search after this much counted work: repeatable")
    search.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    search.add_argument("--engine", default="auto", help="engine that searches (default auto)")
    search.add_argument("--objective", default="cost", choices=["cost", "fleet"],
                        help="what counts first: cost (default), or fleet, the fewest vehicles")
    search.add_argument("--threads", type=int, default=1, help="searches side by side (default 1)")
    return search


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show tracebacks and warnings")
    search = _search_words()

    parser = argparse.ArgumentParser(prog="routebook", description="Plan deliveries on OpenStreetMap roads.")
    parser.add_argument("--version", action="version", version=f"routebook {routing.__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser("demo", parents=[common, search], help="plan a day of deliveries in a sample city")
    demo.add_argument("--out", type=Path, default=Path("out/demo"), metavar="DIR", help="default out/demo")
    demo.set_defaults(run=_demo)

    solve = commands.add_parser("solve", parents=[common, search], help="plan routes for your orders")
    solve.add_argument("orders", type=Path, metavar="ORDERS", help="CSV, Excel, GeoJSON or GeoPackage")
    solve.add_argument("--vehicles", type=Path, required=True, metavar="FILE")
    solve.add_argument("--depots", type=Path, required=True, metavar="FILE")
    solve.add_argument("--pieces", type=Path, metavar="FILE", help="sizes of the pieces of each order")
    solve.add_argument("--lines", type=Path, metavar="FILE", help="templates of fixed lines, a row for each stop")
    solve.add_argument("--day", metavar="YYYY-MM-DD", help="plan day; fixed lines are driven on weekdays")
    solve.add_argument("--roads", required=True, metavar="FILE|sample:NAME",
                       help=".osm.pbf, .osm, .osm.gz, .osm.bz2, a saved .roads file, or a sample such as sample:wuhan")
    solve.add_argument("--turns", action="store_true", help="obey turn restrictions, and count time for turns")
    solve.add_argument("--by-hour", nargs="?", const="", metavar="SPEEDS",
                       help="let travel depend on the hour, as the roads say, and by a file of speeds")
    solve.add_argument("--out", type=Path, required=True, metavar="DIR", help="where to write the plan and its exports")
    solve.set_defaults(run=_solve)

    _add_batch(commands, common)

    check = commands.add_parser("check", parents=[common], help="have a plan file judged")
    check.add_argument("plan", type=Path, metavar="PLAN")
    check.set_defaults(run=_check)

    audit = commands.add_parser("audit", parents=[common], help="judge a dispatch sheet that was edited, cell by cell")
    audit.add_argument("sheet", type=Path, metavar="SHEET", help="the workbook, such as 派车单.xlsx")
    audit.add_argument("--plan", type=Path, required=True, metavar="PLAN", help="plan file it was written from")
    audit.add_argument("--by-hand", action="store_true",
                       help="SHEET is a table made by hand (vehicle, stop, order); PLAN is what it is compared with")
    audit.set_defaults(run=_audit)

    add_plan_commands(commands, common, _say)

    draw = commands.add_parser("map", parents=[common], help="draw a plan file as one HTML file that needs no network")
    draw.add_argument("plan", type=Path, metavar="PLAN")
    draw.add_argument("-o", "--out", type=Path, required=True, metavar="FILE")
    draw.set_defaults(run=_map)

    path = commands.add_parser("path", parents=[common], help="find the way between two places, and say why it is so")
    path.add_argument("--roads", required=True, metavar="FILE|sample:NAME", help="as for solve")
    path.add_argument("--from", dest="origin", type=_place, required=True, metavar="LON,LAT")
    path.add_argument("--to", dest="destination", type=_place, required=True, metavar="LON,LAT")
    path.add_argument("--profile", default="van", metavar="NAME|FILE",
                      help="vehicle: a profile such as truck, or a .toml file (default van)")
    path.add_argument("--alternatives", type=int, default=1, metavar="N", help="up to N sensible ways (default 1)")
    path.add_argument("--turns", action="store_true", help="obey turn restrictions, and count time for turns")
    path.add_argument("--explain", action="store_true", help="say which closed roads cost a detour, or bar the way")
    path.add_argument("--language", choices=("en", "zh"), default="en", help="of turn list and explanation")
    path.add_argument("--out", type=Path, metavar="DIR", help="write the ways as GeoJSON, GPX and map")
    path.set_defaults(run=_path)

    doctor = commands.add_parser("doctor", parents=[common], help="look for faults of this installation")
    doctor.set_defaults(run=_doctor)

    warm = commands.add_parser("warm", parents=[common], help="compile what is compiled at first use, once, now")
    warm.set_defaults(run=_warm)
    return parser


def _add_batch(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser) -> None:
    batch = commands.add_parser("batch", parents=[common, _search_words()],
                                help="plan many problems; run it again to go on where it was left")
    batch.add_argument("problems", type=Path, metavar="MANIFEST|FOLDER",
                       help="CSV, Excel or TOML with a row a problem, or a folder with a folder for each")
    batch.add_argument("--out", required=True, metavar="DIR|URL", help="where plans, records and summary go")
    batch.add_argument("--workers", type=int, metavar="N", help="problems at a time (default: one a processor)")
    batch.add_argument("--timeout", type=float, metavar="SECONDS", help="most time for one problem")
    batch.add_argument("--memory", type=float, metavar="GB", help="most memory for one problem")
    batch.add_argument("--scheduler", default="", metavar="tcp://HOST:PORT",
                       help="plan on the workers of a Dask cluster")
    batch.add_argument("--language", choices=("en", "zh"), default="en", help="of the summary page")
    batch.set_defaults(run=_batch)


def _demo(args: argparse.Namespace) -> int:
    limit = _limit(args)
    town = gisdata.load_sample("wuhan")
    problem = routing.build_problem(town.orders, town.depots, town.vehicles, town.roads, pieces=town.pieces)
    plan = _planned(problem, limit, args)
    _say(_timetable(plan))
    _write(plan, args.out, "demo")
    return FINE


def _solve(args: argparse.Namespace) -> int:
    from routing.reading import read_problem, read_roads

    limit = _limit(args)
    problem = read_problem(args.orders, args.vehicles, args.depots, lambda: read_roads(args.roads), args.pieces,
                           args.lines, turns=args.turns, by_hour=args.by_hour, day=args.day)
    plan = _planned(problem, limit, args)
    _write(plan, args.out, gisdata.safe_name(args.orders.stem))
    return FINE


def _batch(args: argparse.Namespace) -> int:
    def tell(record: Record, done: int, total: int) -> None:
        figures = f"{record.km:,.1f} km, {record.cost:,.2f} {record.currency}" if record.planned else record.reason
        _say(f"[{done}/{total}] {record.name}: {record.status}, {figures}".rstrip())

    watched = sys.stderr is not None and sys.stderr.isatty()
    ended = routing.batch(args.problems, args.out, limit=_limit(args), seed=args.seed, engine=args.engine,
                          objective=args.objective, threads=args.threads, workers=args.workers,
                          timeout_s=args.timeout, memory_gb=args.memory, scheduler=args.scheduler,
                          progress=True if watched else tell, language=args.language)
    _say(ended.summary())
    _say(f"wrote {ended.place}")
    if ended.interrupted:
        return INTERRUPTED
    return FINE if ended.planned == len(ended.records) else SOME if ended.planned else NO_PLAN


def _check(args: argparse.Namespace) -> int:
    plan = routing.load_plan(args.plan)
    violations = routing.check(plan)
    if not violations:
        _say(f"no violation: {plan.summary().splitlines()[0]}")
        return FINE
    _say(f"{len(violations)} violation{'' if len(violations) == 1 else 's'}:")
    for violation in violations[:SHOWN_VIOLATIONS]:
        _say(f"  {violation}")
    if len(violations) > SHOWN_VIOLATIONS:
        _say(f"  ... and {len(violations) - SHOWN_VIOLATIONS} more")
    return VIOLATIONS


def _audit(args: argparse.Namespace) -> int:
    plan = routing.load_plan(args.plan)
    if args.by_hand:
        audit = routing.audit_table(args.sheet, plan.problem, plan)
    else:
        audit = routing.read_dispatch_sheet(args.sheet, plan)
    _say(audit.summary())
    return VIOLATIONS if audit.violations else FINE


def _map(args: argparse.Namespace) -> int:
    routing.write_map(routing.load_plan(args.plan), args.out)
    _say(f"wrote {args.out}")
    return FINE


def _path(args: argparse.Namespace) -> int:
    from routing.export.ways import write_ways
    from routing.reading import read_roads
    from routing.ways import directions_text

    roads = read_roads(args.roads)
    ends = args.origin, args.destination
    if args.explain:
        told = routing.explain_path(roads, *ends, args.profile, turns=args.turns)
        _say(told.summary(args.language))
        if told.path is None:
            return ROADS
    ways = routing.alternatives(roads, *ends, args.profile, args.alternatives, turns=args.turns)
    _say(ways.summary())
    _say(directions_text(routing.directions(ways[0].path, roads, ways.profile, args.language)))
    for file in write_ways(ways, args.out, args.language) if args.out else ():
        _say(f"wrote {file}")
    return FINE


def _place(text: str) -> tuple[float, float]:
    """Return longitude and latitude from ``7.42,43.73``."""
    try:
        lon, lat = (float(part) for part in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not LON,LAT in degrees, such as 7.42,43.73") from None
    return lon, lat


def _timetable(plan: routing.Plan) -> str:
    """Return one line a vehicle, for reading."""
    routes = plan.to_frames().routes
    table = routes[["vehicle", "stops", "begin", "end"]].rename(columns={"begin": "leaves", "end": "returns"})
    table["km"] = (routes["distance_m"] / 1000).round(1)
    table[list(plan.problem.dimensions)] = routes[list(plan.problem.dimensions)].round(1)
    table["cost"] = routes["cost"].round(2)
    return str(table.to_string(index=False))


def _doctor(_: argparse.Namespace) -> int:
    from routing.doctor import diagnose

    findings = diagnose()
    for finding in findings:
        _say(str(finding))
    return FINE if all(finding.state != "fault" for finding in findings) else BUG


def _warm(_: argparse.Namespace) -> int:
    from routing.warm import warm

    for name, seconds in warm():
        _say(f"{name}: ready after {seconds:.1f} s")
    return FINE


def _limit(args: argparse.Namespace) -> routing.Limit | None:
    if args.seconds is None and args.iterations is None:
        return None
    return routing.Limit(seconds=args.seconds, iterations=args.iterations)


def _planned(problem: routing.Problem, limit: routing.Limit | None, args: argparse.Namespace) -> routing.Plan:
    """Search, show progress where somebody watches, and say what came out."""
    plan = routing.solve(problem, limit, seed=args.seed, engine=args.engine, threads=args.threads,
                         objective=args.objective)
    _say(plan.summary())
    return plan


def _write(plan: routing.Plan, folder: Path, name: str) -> None:
    """Write the plan file and its exports; each file whole or not at all."""
    writers: tuple[tuple[Callable[[routing.Plan, Path], object], str], ...] = (
        (routing.save_plan, f"{name}.plan"),
        (routing.write_map, "map.html"),
        (routing.write_tables, "tables.xlsx"),
        (routing.write_geopackage, "plan.gpkg"),
        (routing.write_gpx, "gpx"),
    )
    for write, file in writers:
        write(plan, folder / file)
        _say(f"wrote {folder / file}")


def _say(text: str, stream: TextIO | None = None) -> None:
    """Print text that may hold foreign words: no control character reaches the terminal."""
    print(plain_text(text), file=stream or sys.stdout)


def _report(error: BaseException, *, debug: bool) -> int:
    """Say on the error stream what went wrong, and return the exit code for its kind."""
    code = _code(error)
    if debug:
        traceback.print_exception(error)
    elif code == BUG and not isinstance(error, routing.RoutingError):
        _say(f"routebook: this is a bug: {type(error).__name__}: {error}\n"
             "Please report it, with the input and what the same command prints when --debug is added.", sys.stderr)
    else:
        _say(f"routebook: {_reason(error)}", sys.stderr)
    return code


def _code(error: BaseException) -> int:
    if isinstance(error, KeyboardInterrupt):
        return INTERRUPTED
    if isinstance(error, gisdata.RoadNetworkError | gisdata.DownloadError):
        return ROADS
    if isinstance(error, routing.NoPlanError):
        return NO_PLAN
    if isinstance(error, routing.EngineError):
        return BUG
    if isinstance(error, gisdata.GisDataError | routing.RoutingError | OSError | MemoryError):
        return INPUT
    return BUG


def _reason(error: BaseException) -> str:
    if isinstance(error, KeyboardInterrupt):
        return "interrupted before there was a plan; nothing was written"
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or type(error).__name__
