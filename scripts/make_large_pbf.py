"""Make a large synthetic OpenStreetMap extract, to measure how fast a box is read out of it.

The land is a sheet of towns: streets in a jittered grid with junctions shared, and many buildings, which a road reader
must pass over. Nothing in it is real. Ids are spread over the range that OpenStreetMap uses today, because a filter by
id pays for that range. Run: ``python scripts/make_large_pbf.py OUT.osm.pbf --megabytes 200`` (about 6 minutes).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
import osmium
from osmium.osm import mutable

BLOCKS = 40
BLOCK_DEGREES = 0.002
BENDS = 4
HOUSES_PER_BLOCK = 6
ID_STEP = 450
CLASSES = ("residential",) * 6 + ("tertiary", "secondary", "primary")
MEGABYTES_PER_TOWN = 0.545


class Sheet:
    """Writes towns side by side, nodes in rising order of id, and keeps the ways for the end of the file."""

    def __init__(self, path: Path, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self.writer = osmium.SimpleWriter(str(path), overwrite=True)
        self.nodes = 0
        self.streets: list[np.ndarray] = []
        self.houses: list[np.ndarray] = []

    def places(self, spots: np.ndarray) -> np.ndarray:
        """Write nodes and return their ids."""
        ids = (self.nodes + 1 + np.arange(len(spots))) * ID_STEP
        self.nodes += len(spots)
        edits = self.random.integers(20_000_000, 150_000_000, len(spots)).tolist()
        for name, (lon, lat), edit in zip(ids.tolist(), spots.round(7).tolist(), edits, strict=True):
            self.writer.add_node(mutable.Node(id=name, location=(lon, lat), version=1 + edit % 5, changeset=edit))
        return ids

    def town(self, west: float, south: float) -> None:
        """Write the nodes of one town: junctions, bends of the streets between them, and corners of houses."""
        side = np.arange(BLOCKS + 1) * BLOCK_DEGREES
        grid = np.stack(np.meshgrid(west + side, south + side, indexing="ij"), axis=-1)
        grid += self.random.normal(scale=BLOCK_DEGREES / 12, size=grid.shape)
        names = self.places(grid.reshape(-1, 2)).reshape(grid.shape[:2])
        for begin, end in ((np.s_[:-1, :], np.s_[1:, :]), (np.s_[:, :-1], np.s_[:, 1:])):
            here, there = grid[begin].reshape(-1, 1, 2), grid[end].reshape(-1, 1, 2)
            bends = here + np.linspace(0, 1, BENDS + 2)[1:-1, None] * (there - here)
            bends += self.random.normal(scale=BLOCK_DEGREES / 80, size=bends.shape)
            between = self.places(bends.reshape(-1, 2)).reshape(-1, BENDS)
            self.streets.append(np.column_stack([names[begin].ravel(), between, names[end].ravel()]))
        spots = np.repeat(grid[:-1, :-1].reshape(-1, 2), HOUSES_PER_BLOCK, axis=0)
        spots += self.random.uniform(0.1, 0.9, size=spots.shape) * BLOCK_DEGREES
        sizes = self.random.uniform(5e-5, 2e-4, size=spots.shape)
        corners = spots[:, None] + sizes[:, None] * np.array([(0, 0), (1, 0), (1, 1), (0, 1)])
        ring = self.places(corners.reshape(-1, 2)).reshape(-1, 4)
        self.houses.append(np.column_stack([ring, ring[:, :1]]))

    def finish(self) -> int:
        """Write the ways, close the file, and return how many ways there are."""
        number = 0
        for rows, road in ((self.streets, True), (self.houses, False)):
            for nodes in (row for rows_of_town in rows for row in rows_of_town.tolist()):
                number += 1
                tags = {"building": "yes", "addr:housenumber": str(number % 213)}
                if road:
                    tags = {"highway": CLASSES[number % len(CLASSES)], "name": f"Street {number % 997}"}
                    tags |= {"oneway": "yes"} if number % 5 == 0 else {}
                self.writer.add_way(mutable.Way(id=number * 3, nodes=nodes, tags=tags, version=1, changeset=number))
        self.writer.close()
        return number


def make(path: Path, megabytes: float, seed: int = 1) -> None:
    """Write a file of about the wanted size.

    Parameters
    ----------
    path : pathlib.Path
        File to write; an old one is replaced.
    megabytes : float
        Wanted size.
    seed : int
        Seed of the jitter.
    """
    sheet = Sheet(path, seed)
    towns = max(1, round(megabytes / MEGABYTES_PER_TOWN))
    across = max(1, round(towns**0.5))
    for number in range(towns):
        row, column = divmod(number, across)
        sheet.town(5.0 + column * BLOCKS * BLOCK_DEGREES, 45.0 + row * BLOCKS * BLOCK_DEGREES)
    ways = sheet.finish()
    size = path.stat().st_size / 1e6
    sys.stdout.write(f"{path}: {size:.1f} MB, {sheet.nodes:,} nodes, {ways:,} ways, {towns} towns\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--megabytes", type=float, default=200.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make(given.out, given.megabytes, given.seed)
