"""Commands that take a plan file: what they ask on the command line, and what they print. Nothing is computed here."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import routing

FINE = 0

Say = Callable[[str], object]


def add_plan_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser], common: argparse.ArgumentParser,
                      say: Say) -> None:
    """Add the commands to the parser of `routebook`.

    Parameters
    ----------
    commands : argparse subparsers
        To add to.
    common : ArgumentParser
        Words that every command takes.
    say : callable
        Prints a text.
    """
    explain = commands.add_parser("explain", parents=[common], help="say why an order is not served, and what would")
    explain.add_argument("plan", type=Path, metavar="PLAN")
    explain.add_argument("order", metavar="ORDER", help="id of an order that the plan leaves out")
    explain.add_argument("--language", choices=("en", "zh"), default="en", help="of the text")
    explain.add_argument("--seed", type=int, default=0, help="seed of the searches (default 0)")
    explain.set_defaults(run=lambda args: _explain(args, say))

    compare = commands.add_parser("compare", parents=[common], help="put plan files side by side")
    compare.add_argument("plans", type=Path, nargs="+", metavar="PLAN", help="the others are compared with the first")
    compare.add_argument("--language", choices=("en", "zh"), default="en", help="of the text")
    compare.add_argument("--by-name", action="store_true", help="a vehicle is the one of the same name")
    compare.add_argument("--map", type=Path, metavar="FILE", help="draw what the last does otherwise than the first")
    compare.set_defaults(run=lambda args: _compare(args, say))

    replay = commands.add_parser("replay", parents=[common], help="make a recorded plan again, or say what is another")
    replay.add_argument("plan", type=Path, metavar="PLAN")
    replay.add_argument("--out", type=Path, metavar="FILE", help="where to save the plan made again")
    replay.set_defaults(run=lambda args: _replay(args, say))

    replan = commands.add_parser("replan", parents=[common], help="plan the rest of a day that has begun")
    replan.add_argument("plan", type=Path, metavar="PLAN")
    replan.add_argument("--now", required=True, metavar="HH:MM", help="clock time of the plan day, such as 10:30")
    replan.add_argument("--events", type=Path, metavar="FILE", help="what happened: CSV or Excel, one event a row")
    replan.add_argument("--freeze", type=float, default=0, metavar="MIN", help="minutes in which nothing changes")
    replan.add_argument("--changes-at-most", type=int, metavar="N", help="how many stops may change vehicle")
    replan.add_argument("--stability", type=float, default=0, metavar="COST", help="price of such a change (default 0)")
    replan.add_argument("--roads", type=Path, metavar="FILE", help="saved roads, for new places and blocked roads")
    replan.add_argument("--iterations", type=int, help="stop the search after this much counted work: repeatable")
    replan.add_argument("--seed", type=int, default=0, help="seed of the search (default 0)")
    replan.add_argument("--out", type=Path, required=True, metavar="FILE", help="where to save the new plan")
    replan.set_defaults(run=lambda args: _replan(args, say))


def _replan(args: argparse.Namespace, say: Say) -> int:
    import gisdata
    from routing.replan import read_events

    plan = routing.load_plan(args.plan)
    events = read_events(args.events, plan.problem.orders) if args.events else ()
    limit = routing.Limit(iterations=args.iterations) if args.iterations else None
    new = routing.replan(plan, args.now, events, freeze=round(60 * args.freeze), changes_at_most=args.changes_at_most,
                         stability=args.stability, roads=gisdata.load_roads(args.roads) if args.roads else None,
                         limit=limit, seed=args.seed)
    say(new.summary())
    say(plan.diff(new, by_name=True).summary())
    say(f"wrote {routing.save_plan(new, args.out)}")
    return FINE


def _replay(args: argparse.Namespace, say: Say) -> int:
    plan = routing.replay(routing.load_plan(args.plan))
    say(f"the same plan, made again: {plan.summary().splitlines()[0]}")
    if args.out:
        say(f"wrote {routing.save_plan(plan, args.out)}")
    return FINE


def _compare(args: argparse.Namespace, say: Say) -> int:
    plans = {str(path): routing.load_plan(path) for path in args.plans}
    first, *others = plans.values()
    say(routing.compare(plans).round(2).T.to_string())
    for path, other in zip(list(plans)[1:], others, strict=True):
        say(f"{path}:\n{first.diff(other, by_name=args.by_name).summary(args.language)}")
    if args.map:
        first.diff(list(plans.values())[-1], by_name=args.by_name).write_map(args.map)
        say(f"wrote {args.map}")
    return FINE


def _explain(args: argparse.Namespace, say: Say) -> int:
    told = routing.explain(routing.load_plan(args.plan), args.order, seed=args.seed)
    say(told.summary(args.language))
    return FINE
