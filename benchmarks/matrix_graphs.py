"""The graphs of the matrix benchmark, as every engine gets them: arcs, whole tenths of a second, places on nodes."""

import numpy as np
import synthetic

import gisdata
from gisdata.network.driving import driving
from gisdata.network.road_network import largest_part

PLACES, SEED = 5000, 3
FIELDS = ("tail", "head", "time_ms", "length_mm", "lon", "lat")


def wuhan():
    """Return the sample city as a van drives it: the largest strongly connected part."""
    roads = gisdata.load_sample("wuhan").roads
    arcs = driving(roads, "van").arcs
    main = largest_part(arcs.count, arcs.tail, arcs.head)
    inside, number = main[arcs.tail] & main[arcs.head], np.cumsum(main) - 1
    tenths = np.maximum(1, np.rint(arcs.time_ms[inside] / 100).astype(np.int64))
    return {"tail": number[arcs.tail[inside]], "head": number[arcs.head[inside]], "time_ms": tenths * 100,
            "length_mm": arcs.length_mm[inside],
            **{axis: roads.nodes[axis].to_numpy(np.float64)[main] for axis in ("lon", "lat")}}


def large():
    """Return the made-up city of `synthetic`."""
    whole = synthetic.city()
    return {name: getattr(whole, name) for name in FIELDS}


def write(graph, path):
    """Write a graph and the nodes to travel between, the first N of them for a table of N by N."""
    count = len(graph["lon"])
    places = np.random.default_rng(SEED).permutation(count)[:PLACES]
    np.savez(path, places=places, **graph)
    return count, len(graph["tail"])


GRAPHS = {"wuhan": wuhan, "large": large}
