"""Write a plan as one GeoPackage: routes, stops, legs, unserved orders, depots, figures and origin.

Distances are metres, durations and clock times seconds from midnight of the plan day; clock texts stand beside them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gisdata.clock import END_OF_TIME_S, format_clock
from gisdata.escape import plain_text
from gisdata.files import whole_file
from routing.export.origin import origin_rows, summary_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    from geopandas import GeoDataFrame

    from routing.plan import Plan

_TAKEN = {"fid", "geom", "ogc_fid", "rowid"}  # columns that SQLite or GDAL make themselves


def write_geopackage(plan: Plan, path: str | os.PathLike[str]) -> None:
    """Write a plan as one GeoPackage for QGIS, GeoPandas or SQL.

    Layers ``routes``, ``stops``, ``legs``, ``unserved`` (as `Plan.to_frames` gives them) and ``depots``; tables without
    geometry ``summary`` and ``origin``. Every layer is there, even one without rows.

    Parameters
    ----------
    plan : Plan
        Any plan.
    path : path-like
        Where to, such as ``out/plan.gpkg``. Written whole or not at all. The same plan gives the same bytes with the
        same GDAL; its time of change is the midnight of the plan day, in UTC.

    Raises
    ------
    OSError
        If it cannot be written; an old file is then untouched.
    """
    import pandas as pd

    frames = plan.to_frames()
    layers = {**frames._asdict(), "depots": _depots(plan)}
    with whole_file(path) as temporary, _fixed_date(plan.problem.day.isoformat()):
        for name, frame in layers.items():
            _write_layer(frame, temporary, name, "LineString" if name in {"routes", "legs"} else "Point")
        figures = pd.DataFrame(summary_rows(plan), columns=["figure", "value", "unit"])
        _write_layer(figures.astype({"value": float}), temporary, "summary")
        _write_layer(pd.DataFrame(origin_rows(plan), columns=["name", "text"]), temporary, "origin")


def _depots(plan: Plan) -> GeoDataFrame:
    from geopandas import GeoDataFrame, points_from_xy

    depots = plan.problem.depots
    used = [route.depot for route in plan.routes]
    rows = [(depot.id, depot.name, depot.hours.begin_s, depot.hours.end_s, format_clock(depot.hours.begin_s),
             "" if depot.hours.end_s == END_OF_TIME_S else format_clock(depot.hours.end_s), used.count(depot.id))
            for depot in depots]
    places = points_from_xy([depot.lon for depot in depots], [depot.lat for depot in depots])
    return GeoDataFrame(rows, columns=["depot", "name", "open_s", "close_s", "open", "close", "routes"],
                        geometry=places, crs="EPSG:4326")


def _write_layer(frame: pd.DataFrame, path: Path, name: str, geometry_type: str | None = None) -> None:
    import pyogrio

    try:
        pyogrio.write_dataframe(_storable(frame), path, layer=name, driver="GPKG", geometry_type=geometry_type,
                                append=False)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FeatureError) as error:
        raise OSError(f"cannot write layer {name!r} of {path.name}; is the disk full? GDAL says: {error}") from error


def _storable(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame with column names that SQLite tells apart, and texts that a file can hold."""
    taken, names = set(_TAKEN), {}
    for column in frame.columns:
        name = plain_text(column)
        while name.lower() in taken:
            name += "_"
        taken.add(name.lower())
        names[column] = name
    texts = {str(column): values.map(_text) for column, values in frame.items()
             if column != "geometry" and values.dtype.kind == "O"}
    return frame.assign(**texts).rename(columns=names)


def _text(value: Any) -> Any:  # noqa: ANN401 (any cell)
    return plain_text(value) if isinstance(value, str) else value


@contextmanager
def _fixed_date(day: str) -> Iterator[None]:
    """Let GDAL note a given time of change instead of now, so that files can be compared."""
    import pyogrio

    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": f"{day}T00:00:00.000Z"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})
