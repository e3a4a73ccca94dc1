"""Where a plan comes from and what it comes to, as rows that the table and layer formats share."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gisdata.network import RoadNetwork
    from routing.plan import Plan

SCHEMA = 1


def summary_rows(plan: Plan) -> list[tuple[str, float, str]]:
    """Return the figures of a plan.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Returns
    -------
    list of (str, float, str)
        Figure, value, unit.
    """
    served = len(plan.visits)
    currency = plan.problem.currency
    return [
        ("orders", served + len(plan.unserved), ""),
        ("orders served", served, ""),
        ("orders not served", len(plan.unserved), ""),
        ("vehicles used", len(plan.routes), ""),
        ("vehicles there are", sum(vehicle.count for vehicle in plan.problem.fleet), ""),
        ("distance", plan.distance_m / 1000, "km"),
        ("working time", plan.duration_s / 3600, "h"),
        ("cost", plan.cost, currency),
        ("penalty of orders not served", plan.penalty, currency),
    ]


def origin_rows(plan: Plan) -> list[tuple[str, str]]:
    """Return what a reader needs to know or repeat a plan: day, engine, limit, digests, roads and their licence.

    Parameters
    ----------
    plan : Plan
        Any plan.

    Returns
    -------
    list of (str, str)
        Name and text; those without text are left out. The same plan gives the same rows.
    """
    roads = roads_of(plan)
    meta = roads.meta if roads is not None else {}
    limit = plan.limit
    rows = [
        ("day", plan.problem.day.isoformat()),
        ("time zone", plan.problem.time_zone),
        ("engine", plan.engine),
        ("seed", str(plan.seed)),
        ("limit, seconds", "" if limit is None or limit.seconds is None else f"{limit.seconds:g}"),
        ("limit, iterations", "" if limit is None or limit.iterations is None else str(limit.iterations)),
        *(("note", note) for note in plan.notes),
        ("plan digest", plan.digest),
        ("problem digest", plan.problem.digest),
        ("roads", roads.name if roads is not None else ""),
        *((f"roads, {name}", meta.get(name, "")) for name in ("source", "date", "licence", "attribution", "notes")),
        ("coordinates", "WGS 84 (EPSG:4326), degrees"),
        ("written by", f"routebook {_version()}".strip()),
        ("schema", str(SCHEMA)),
    ]
    return [row for row in rows if row[1]]


def roads_of(plan: Plan) -> RoadNetwork | None:
    """Return the roads that a plan brings along, or those of its problem."""
    return plan.geometry.roads if plan.geometry is not None else plan.problem.roads


def _version() -> str:
    try:
        return version("routebook")
    except PackageNotFoundError:  # run from a copy of the sources
        return ""
