"""Read the plans of a batch, or of any folder, as one table of places and lines."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from gisdata.errors import InputFileError
from routing.batch.inputs import plan_at
from routing.batch.record import read_record
from routing.batch.store import Store, store_at

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Part = Literal["routes", "stops", "legs", "unserved"]
PARTS = ("routes", "stops", "legs", "unserved")


def read_plans(folder: str | os.PathLike[str], part: Part = "routes", *,
               to: str | os.PathLike[str] | None = None) -> GeoDataFrame:
    """Return the plans of a folder as one table: a month as one dataset.

    Parameters
    ----------
    folder : path-like
        Where `routing.batch` wrote, or any folder or address with ``*.plan`` files.
    part : {"routes", "stops", "legs", "unserved"}
        Which table of `Plan.to_frames`.
    to : path-like, optional
        GeoParquet file to write the table to, whole or not at all; GeoPandas, DuckDB, QGIS and Dask-GeoPandas open it.

    Returns
    -------
    GeoDataFrame
        The rows of all plans, in EPSG:4326, under `problem` (its name) and `day` (a timestamp); loads that only some
        plans have are missing in the others.

    Raises
    ------
    InputFileError
        If there is no plan there, or no such part.
    PlanFileError
        If a plan file was changed or damaged; it is named.
    """
    import pandas as pd
    from tqdm.auto import tqdm

    if part not in PARTS:
        raise InputFileError(f"there is no part {part!r} of a plan; there are: {', '.join(PARTS)}")
    store = store_at(folder)
    files = plan_files(store)
    if not files:
        raise InputFileError(f"{folder}: there are no plans (*.plan) in it")
    tables = []
    for name, file in tqdm(files.items(), desc="reading plans", unit="plan", disable=None, leave=False):
        plan = plan_at(store, file)
        table = getattr(plan.to_frames(), part)
        table.insert(0, "problem", pd.array([name] * len(table), dtype="str"))
        table.insert(1, "day", pd.Timestamp(plan.problem.day))
        tables.append(table)
    filled = [table for table in tables if len(table)] or tables[:1]
    whole: GeoDataFrame = pd.concat(filled, ignore_index=True)
    if to is not None:
        from gisdata.files import whole_file

        with whole_file(to) as temporary:
            whole.to_parquet(temporary, index=False, compression="zstd")
    return whole


def plan_files(store: Store) -> dict[str, str]:
    """Return the plan files of a store by the name of their problem.

    Parameters
    ----------
    store : Store
        Of a batch; or else with plan files right in it.

    Returns
    -------
    dict of str to str
        Sorted by file; those that the records of a batch call planned, or all there are.
    """
    records = [read_record(store.read(name)) for name in store.names("records")]
    planned = {record.name: record.plan for record in records if record is not None and record.planned}
    if planned or records:
        return planned
    return {Path(name).stem: name for name in store.names(".") if name.endswith(".plan")}
