"""Valhalla in a Python of its own (3.12 or later, with pyvalhalla): asked on its input, answered on its output.

Asked, as JSON: {"pbf": file, "pairs": [[lon, lat, lon, lat], ...], "costing": name, "options": {...}}. Answered:
{"version": ..., "ways": [null or {"time_s", "length_m", "edges": [[way id, metres, km/h], ...]}, ...]}; no edges
where it cannot follow its own way. Imports nothing of ours.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import valhalla

EDGE = ["edge.way_id", "edge.length", "edge.speed"]


def main():
    asked = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        actor = built(Path(folder), asked["pbf"])
        ways = [way(actor, pair, asked["costing"], asked["options"]) for pair in asked["pairs"]]
    json.dump({"version": valhalla.__version__, "ways": ways}, sys.stdout)


def built(folder, pbf):
    """Return an engine on tiles made of an OpenStreetMap file."""
    tiles = folder / "tiles"
    tiles.mkdir()
    config = folder / "valhalla.json"
    config.write_text(json.dumps(valhalla.get_config(tile_extract="", tile_dir=str(tiles), verbose=False)),
                      encoding="utf-8")
    program = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    subprocess.run([program, "-c", config, pbf], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return valhalla.Actor(str(config))


def way(actor, pair, costing, options):
    """Return one way, and what it drives on at which speed; None if there is none."""
    ends = [{"lon": pair[0], "lat": pair[1]}, {"lon": pair[2], "lat": pair[3]}]
    common = {"costing": costing, "costing_options": {costing: options}}
    try:
        trip = actor.route({"locations": ends, "directions_type": "none", **common})["trip"]
    except valhalla.ValhallaError:
        return None
    try:
        walked = actor.trace_attributes({"encoded_polyline": trip["legs"][0]["shape"], "shape_match": "edge_walk",
                                         "filters": {"attributes": EDGE, "action": "include"}, **common})
    except valhalla.ValhallaError:  # it cannot follow every way of its own
        walked = {"edges": []}
    edges = [[edge["way_id"], 1000 * edge["length"], edge["speed"]] for edge in walked["edges"]]
    return {"time_s": trip["summary"]["time"], "length_m": 1000 * trip["summary"]["length"], "edges": edges}


if __name__ == "__main__":
    main()
