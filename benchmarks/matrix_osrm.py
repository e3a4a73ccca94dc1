"""OSRM on a graph of ours: written as OpenStreetMap data, extracted and contracted, and asked for tables.

Runs where osrm-bindings and pyosmium are installed. Every arc is a way of its own, whose tag holds the exact seconds.
OSRM counts in tenths of a second, and places lie on arcs and not on nodes: a place beside a one-way street can begin on
that street only, so that a few pairs of its tables differ from everyone else's.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

PROFILE = """
api_version = 4
function setup()
  return {properties = {weight_name = 'duration', max_speed_for_map_matching = 200, u_turn_penalty = 0,
                        continue_straight_at_waypoint = false, use_turn_restrictions = false}}
end
function process_node(profile, node, result, relations) end
function process_way(profile, way, result, relations)
  result.duration = tonumber(way:get_value_by_key('seconds'))
  result.forward_speed, result.backward_speed = 50, 0
  result.forward_mode, result.backward_mode = mode.driving, mode.inaccessible
end
function process_turn(profile, turn) turn.duration, turn.weight = 0, 0 end
return {setup = setup, process_way = process_way, process_node = process_node, process_turn = process_turn}
"""
ENDLESS = 10**9


class Server:
    """An OSRM data set and its engine."""

    def __init__(self, graph):
        self.kept = tempfile.TemporaryDirectory()
        self.folder = Path(self.kept.name)
        (self.folder / "exact.lua").write_text(PROFILE, encoding="utf-8")
        self.points = list(zip(graph["lon"].tolist(), graph["lat"].tolist(), strict=True))
        write_osm(graph, self.folder / "graph.osm.pbf")
        run("extract", "-t", "1", "-p", self.folder / "exact.lua", self.folder / "graph.osm.pbf")
        self.contract()

    def contract(self):
        """Contract, as OSRM must for other weights, and load what comes out."""
        import osrm

        run("contract", "-t", "1", self.folder / "graph.osrm")
        limits = dict.fromkeys(("max_locations_distance_table", "max_locations_viaroute"), ENDLESS)
        self.engine = osrm.OSRM(storage_config=str(self.folder / "graph.osrm"), algorithm="CH", use_shared_memory=False,
                                **limits)

    def table(self, places, rows):
        """Return milliseconds as an array of floating-point numbers."""
        import osrm

        points = [self.points[place] for place in places.tolist()]
        asked = osrm.TableParameters(coordinates=points, sources=range(rows), annotations=["duration"])
        asked.generate_hints = False
        return np.array([list(row) for row in self.engine.Table(asked)["durations"]], dtype=float) * 1000


def run(*words):
    """Run a program of the wheel; what it says is shown if it fails."""
    done = subprocess.run([sys.executable, "-m", "osrm", *map(str, words)], check=False, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout + done.stderr)


def write_osm(graph, path):
    """Write nodes and one way for each arc."""
    import osmium

    path.unlink(missing_ok=True)
    tags = {"highway": "residential", "oneway": "yes"}
    with osmium.SimpleWriter(str(path)) as writer:
        for node, at in enumerate(zip(graph["lon"].tolist(), graph["lat"].tolist(), strict=True), start=1):
            writer.add_node(osmium.osm.mutable.Node(id=node, location=at, version=1))
        arcs = zip(*(graph[name].tolist() for name in ("tail", "head", "time_ms")), strict=True)
        for way, (tail, head, ms) in enumerate(arcs, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=way, nodes=[tail + 1, head + 1], version=1,
                                                  tags=tags | {"seconds": f"{ms / 1000:.1f}"}))
