"""Make the samples that ship in `gisdata/samples`: roads as `*.roads`, and days of orders as CSV files.

    python scripts/make_samples.py wuhan  SEGMENTS.parquet   gisdata/samples
    python scripts/make_samples.py monaco EXTRACT.osm.pbf    gisdata/samples

The README and the licence beside each sample are written by hand. Nothing depends on the clock: the same input gives
the same files. Where the inputs come from stands in the README of each sample.
"""

from __future__ import annotations

import argparse
import dataclasses
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import make_samples_monaco as monaco
import make_samples_wuhan as wuhan
from make_samples_goods import load_shares
from make_samples_roads import wuhan_roads

import gisdata
from gisdata.files import whole_file

if TYPE_CHECKING:
    import pandas as pd

    from gisdata.network import RoadNetwork

MONACO_META = {"name": "Monaco", "source": "OpenStreetMap extract of Monaco, from the package quackosm 0.19.0"}
EXTRACT = "monaco.osm.pbf"


def make_wuhan(segments: Path, folder: Path) -> None:
    """Write everything of the Wuhan sample.

    Parameters
    ----------
    segments : Path
        `data/wuhan_8989/original.parquet` of neatnet 0.1.6.
    folder : Path
        Where to.
    """
    roads = wuhan_roads(segments)
    gisdata.save_roads(roads, folder / "wuhan.roads")
    write_wuhan_days(roads, folder)


def make_monaco(extract: Path, folder: Path) -> None:
    """Write everything of the Monaco sample.

    Parameters
    ----------
    extract : Path
        `tests/test_files/monaco.osm.pbf` of quackosm 0.19.0.
    folder : Path
        Where to.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / EXTRACT).exists() or not extract.samefile(folder / EXTRACT):
        shutil.copyfile(extract, folder / EXTRACT)
    roads = gisdata.read_osm(extract)
    roads = dataclasses.replace(roads, meta=dict(roads.meta) | MONACO_META)
    gisdata.save_roads(roads, folder / "monaco.roads")
    write_monaco_day(roads, extract, folder)


def write_wuhan_days(roads: RoadNetwork, folder: Path) -> None:
    """Write the tables of the Wuhan sample, which follow from its roads.

    Parameters
    ----------
    roads : RoadNetwork
        As `wuhan.roads` holds them.
    folder : Path
        Where to.
    """
    for day in wuhan.DAYS:
        orders, pieces = wuhan.order_tables(roads, day)
        vehicles = wuhan.vehicle_table(day)
        tables = {"orders": orders, "pieces": pieces, "vehicles": vehicles, "depots": wuhan.depot_table(roads)}
        _write_day(tables, day.name, folder)


def write_monaco_day(roads: RoadNetwork, extract: Path, folder: Path) -> None:
    """Write the tables of the Monaco sample, which follow from its roads and its extract.

    Parameters
    ----------
    roads : RoadNetwork
        As `monaco.roads` holds them.
    extract : Path
        The OpenStreetMap extract.
    folder : Path
        Where to.
    """
    orders, pieces = monaco.order_tables(roads, extract)
    vehicles = monaco.vehicle_table()
    tables = {"orders": orders, "pieces": pieces, "vehicles": vehicles, "depots": monaco.depot_table(extract)}
    _write_day(tables, monaco.DAY, folder)


def _write_day(tables: Mapping[str, pd.DataFrame], day: str, folder: Path) -> None:
    """Write the tables of a day; the depots are the same for every day of a sample."""
    for name, table in tables.items():
        file = f"{name}.csv" if name == "depots" else f"{name}-{day}.csv"
        with whole_file(folder / file) as path:
            table.to_csv(path, index=False, lineterminator="\n", encoding="utf-8")
    shares = load_shares(tables["orders"], tables["vehicles"])
    print(f"{folder.name}, day {day}: {len(tables['orders'])} orders,",
          ", ".join(f"{name} {share:.0%} of the fleet" for name, share in shares.items()))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the command line and make one sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sample", choices=("wuhan", "monaco"))
    parser.add_argument("input", type=Path, help="segment table or OpenStreetMap extract")
    parser.add_argument("samples", type=Path, help="folder of the samples; a folder of the sample's name is made in it")
    options = parser.parse_args(arguments)
    make = {"wuhan": make_wuhan, "monaco": make_monaco}[options.sample]
    make(options.input, options.samples / options.sample)


if __name__ == "__main__":
    main()
