"""A small town written by hand, and a day of orders in it, as the files a dispatcher would have."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from routing.cli import main

# Streets form a grid of 6 x 6 junctions, 0.005 degrees apart (about 480 m by 550 m); node 100 + 10 * row + column.
# Two more junctions, 900 and 901, are joined to each other only: an island 0.02 degrees east of the grid.
WEST, SOUTH, STEP, SIDE = 114.30, 30.60, 0.005, 6
DEPOT = (WEST, SOUTH)
ISLAND = (WEST + 0.045, SOUTH + 0.01)


def _osm():
    nodes = {100 + 10 * row + column: (WEST + STEP * column, SOUTH + STEP * row)
             for row in range(SIDE) for column in range(SIDE)}
    ways = [[100 + 10 * row + column for column in range(SIDE)] for row in range(SIDE)]
    ways += [[100 + 10 * row + column for row in range(SIDE)] for column in range(SIDE)]
    nodes |= {900: ISLAND, 901: (ISLAND[0], ISLAND[1] + STEP)}
    ways.append([900, 901])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    lines += [f'<node id="{i}" version="1" lon="{lon:.6f}" lat="{lat:.6f}"/>' for i, (lon, lat) in nodes.items()]
    for i, way in enumerate(ways, start=1):
        refs = "".join(f'<nd ref="{node}"/>' for node in way)
        lines.append(f'<way id="{i}" version="1">{refs}<tag k="highway" v="residential"/></way>')
    return "\n".join([*lines, "</osm>\n"])


ORDERS = """\
id,lon,lat,weight_kg,volume_m3,window_begin,window_end,service_min
001,114.305,30.605,120,0.8,08:00,12:00,5
002,114.310,30.610,80,0.5,08:00,12:00,5
003,114.315,30.605,200,1.1,09:00,15:00,10
004,114.320,30.620,60,0.4,08:00,18:00,5
005,114.305,30.620,90,0.6,08:00,18:00,5
"""
VEHICLES = """\
id,count,payload_kg,volume_m3,shift_begin,shift_end,fixed_cost,cost_per_km,currency
van,3,400,3,07:00,19:00,50,1.5,CNY
"""
DEPOTS = """\
id,lon,lat,open,close
DC,114.300,30.600,06:00,20:00
"""


class Town:
    """Input files in a folder whose name has a space and Chinese characters, and the commands run on them."""

    def __init__(self, folder: Path, capsys):
        self.folder, self._capsys = folder, capsys
        self.out = folder / "out"
        self.orders, self.vehicles = folder / "orders.csv", folder / "vehicles.csv"
        self.depots, self.roads = folder / "depots.csv", folder / "town.osm"
        self.orders.write_text(ORDERS, encoding="utf-8")
        self.vehicles.write_text(VEHICLES, encoding="utf-8")
        self.depots.write_text(DEPOTS, encoding="utf-8")
        self.roads.write_text(_osm(), encoding="utf-8")

    def write(self, name, content):
        """Write a file of the town: text, bytes, or a JSON value."""
        path = self.folder / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return path

    def with_orders(self, *rows, header="id,lon,lat,weight_kg"):
        """Replace the orders file: a header and rows."""
        self.orders.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return self

    def words(self, **files):
        """Words of `routebook solve` for this town; any file may be replaced."""
        given = {"orders": self.orders, "vehicles": self.vehicles, "depots": self.depots, "roads": self.roads} | files
        orders = given.pop("orders")
        options = [word for name, path in given.items() for word in (f"--{name}", str(path))]
        return ["solve", str(orders), *options, "--out", str(self.out), "--iterations", "20"]

    def run(self, *words):
        """Run one command in this process; return exit code, output and error output."""
        self._capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as leave:  # argparse refuses words it does not know
            code = leave.code
        captured = self._capsys.readouterr()
        assert "Traceback" not in captured.err + captured.out
        return code, captured.out, captured.err

    def solve(self, **files):
        return self.run(*self.words(**files))

    def left(self):
        """Names of all files under the output folder, half-written ones too."""
        return sorted(path.relative_to(self.out).as_posix() for path in self.out.rglob("*") if path.is_file())


@pytest.fixture
def town(tmp_path, capsys):
    folder = tmp_path / "配送 day one"
    folder.mkdir()
    return Town(folder, capsys)


@pytest.fixture
def town_pbf(town):
    """The roads of the town as the bytes of an .osm.pbf file."""
    import osmium

    path = town.folder / "whole.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        for thing in osmium.FileProcessor(str(town.roads)):
            writer.add(thing)
    return path.read_bytes()


@pytest.fixture
def run_python():
    """Run a Python process in a pipe to its end, as UTF-8 whatever the locale."""

    def run(*words):
        return subprocess.run([sys.executable, "-X", "utf8", *map(str, words)], capture_output=True, text=True,
                              encoding="utf-8", stdin=subprocess.DEVNULL, timeout=120, check=False)

    return run


@pytest.fixture
def start_on_terminal():
    """Start a Python process on a pseudo-terminal; returned with a reader that stops at given words."""
    import pty
    import termios

    started = []

    def start(*words):
        ours, theirs = pty.openpty()
        termios.tcsetwinsize(theirs, (24, 100))
        process = subprocess.Popen([sys.executable, "-X", "utf8", *map(str, words)], stdin=theirs, stdout=theirs,
                                   stderr=theirs, start_new_session=True)
        os.close(theirs)
        started.append((process, ours))

        def read_until(*awaited):
            shown = b""
            while not any(word and word.encode() in shown for word in awaited):
                try:
                    read = os.read(ours, 4096)
                except OSError:  # Linux: the other end was closed
                    break
                if not read:
                    break
                shown += read
            return shown.decode(errors="replace")

        return process, read_until

    yield start
    for process, ours in started:
        process.kill()
        process.wait()
        os.close(ours)
