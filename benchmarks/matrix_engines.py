"""The engines of the matrix benchmark, each behind the same three calls; and the program that measures one of them.

Usage: python benchmarks/matrix_engines.py ENGINE GRAPH.npz TABLES.npz N [N ...]

Runs in a process of its own, for its memory, and perhaps in another environment, so it needs nothing but NumPy and the
engine. Writes the tables to TABLES.npz and one line of figures to its output. Seconds are processor time of the process
and of the programs that it starts. Slow engines answer some rows, and what they took is scaled to all.
"""

import json
import os
import sys
import time
from pathlib import Path

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")

import numpy as np

FEW_ROWS = 10
HOURS = 24
ALTERNATIONS = 15


class Routebook:
    """Ours, with the length of the fastest way beside its time; one thread."""

    packages, rows, repeats = ("routebook", "numba"), None, 5

    def __init__(self):
        from gisdata.network import hierarchy, shortest

        self.hierarchy, self.shortest = hierarchy, shortest
        ring = np.arange(50)
        tiny = dict(zip(("tail", "head", "lon", "lat"), (ring, (ring + 1) % 50, ring / 1000, ring / 500), strict=True))
        tiny |= {"time_ms": ring + 100, "length_mm": ring + 1000}
        self.prepare(tiny)  # loads the kernels
        self.weigh(tiny)
        self.table(ring, 50)

    def prepare(self, graph):
        names = ("tail", "head", "lon", "lat")
        self.structure = self.hierarchy.order(len(graph["lon"]), *(graph[name] for name in names))

    def weigh(self, graph):
        names = ("tail", "head", "time_ms", "length_mm")
        arcs = self.shortest.Arcs(len(graph["lon"]), *(graph[name] for name in names))
        self.how = self.hierarchy.weigh(self.structure, arcs)

    def table(self, places, rows, threads=1):
        starts, ends = self.legs(places[:rows]), self.legs(places)
        return self.hierarchy.tables(self.how, starts, ends, threads)[0]

    def legs(self, places):
        none = np.zeros(len(places), np.int64)
        return self.shortest.Legs(len(places), np.arange(len(places)), places, none, none)


class PyRoutingKit:
    """Customizable contraction hierarchies of RoutingKit."""

    packages, rows, repeats = ("pyroutingkit",), None, 3

    def prepare(self, graph):
        import pyroutingkit

        self.topology = pyroutingkit.CCHTopology()
        ends = (graph[name].astype(np.uint32) for name in ("tail", "head"))
        self.topology.build(*ends, *(graph[axis].astype(np.float32) for axis in ("lat", "lon")), len(graph["lon"]))

    def weigh(self, graph):
        import pyroutingkit

        self.metric = pyroutingkit.CCHMetric(self.topology)
        self.metric.customize(graph["time_ms"].astype(np.uint32), thread_count=1)

    def table(self, places, rows):
        places = places.astype(np.uint32)
        return np.asarray(self.metric.distances_many_to_many(places[:rows], places))


class SciPy:
    """SciPy's Dijkstra."""

    packages, rows, repeats = ("scipy",), 5 * FEW_ROWS, 1

    def prepare(self, graph):
        pass

    def weigh(self, graph):
        from scipy.sparse import csr_array

        count = len(graph["lon"])
        self.graph = csr_array((graph["time_ms"].astype(float), (graph["tail"], graph["head"])), shape=(count, count))

    def table(self, places, rows):
        from scipy.sparse.csgraph import dijkstra

        return dijkstra(self.graph, indices=places[:rows])[:, places]


class IGraph:
    """igraph's Dijkstra."""

    packages, rows, repeats = ("igraph",), FEW_ROWS, 1

    def prepare(self, graph):
        import igraph

        self.graph = igraph.Graph(len(graph["lon"]), np.column_stack([graph["tail"], graph["head"]]), directed=True)

    def weigh(self, graph):
        self.weights = graph["time_ms"].tolist()

    def table(self, places, rows):
        return np.array(self.graph.distances(places[:rows].tolist(), places.tolist(), weights=self.weights))


class NetworkX:
    """networkx's Dijkstra, as OSMnx users have it."""

    packages, rows, repeats = ("networkx",), FEW_ROWS, 1

    def prepare(self, graph):
        import networkx as nx

        self.search = nx.single_source_dijkstra_path_length
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(len(graph["lon"])))
        self.graph.add_edges_from(zip(graph["tail"].tolist(), graph["head"].tolist(), strict=True))

    def weigh(self, graph):
        for a, b, ms in zip(*(graph[name].tolist() for name in ("tail", "head", "time_ms")), strict=True):
            self.graph[a][b]["ms"] = ms

    def table(self, places, rows):
        goals = places.tolist()
        found = (self.search(self.graph, place, weight="ms") for place in goals[:rows])
        return np.array([[reached[goal] for goal in goals] for reached in found])


class Osrm:
    """The contraction hierarchies of osrm-bindings; see `matrix_osrm`."""

    packages, rows, repeats = ("osrm-bindings",), None, 1

    def prepare(self, graph):
        from matrix_osrm import Server

        self.server = Server(graph)
        self.contracted = True

    def weigh(self, _):
        if not self.contracted:  # the time it takes does not hang on the weights
            self.server.contract()
        self.contracted = False

    def table(self, places, rows):
        return self.server.table(places, rows)


ENGINES = {"routebook": Routebook, "osrm": Osrm, "pyroutingkit": PyRoutingKit, "scipy": SciPy, "igraph": IGraph,
           "networkx": NetworkX}


def clock():
    """Return processor seconds of this process and of its children that have ended."""
    children = os.times()
    return time.process_time() + children.children_user + children.children_system


def timed(work, *words):
    begin = clock()
    result = work(*words)
    return result, clock() - begin


def peak_mb():
    """Return the most memory that this process or one of its children has held, MB."""
    import resource

    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
    status = Path("/proc/self/status")  # what getrusage says of this process counts its parent too
    if not status.exists():
        return max(children, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)
    lines = status.read_text(encoding="ascii").splitlines()
    return max(children, next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1e3)


def versions(engine):
    from importlib.metadata import version

    return ", ".join(f"{name} {version(name)}" for name in engine.packages)


def measure(engine, graph, sizes):
    """Return figures of an engine, and its tables by size."""
    places, tables = graph["places"], {}
    figures = {"versions": versions(engine), "query_s": {}, "scaled": []}
    _, figures["prepare_s"] = timed(engine.prepare, graph)
    engine.weigh(graph)
    for size in sizes:
        rows = min(size, engine.rows or size)
        seconds = []
        for _ in range(engine.repeats):
            tables[str(size)] = None  # one table at a time, so that the peak is that of one
            tables[str(size)], spent = timed(engine.table, places[:size], rows)
            seconds.append(spent)
        figures["query_s"][str(size)] = float(np.median(seconds)) * size / rows
        figures["scaled"] += [size] * (rows < size)
    figures["peak_mb"] = peak_mb()
    again = graph | {"time_ms": graph["time_ms"] + 100}
    figures["reweigh_s"] = float(np.median([timed(engine.weigh, again)[1] for _ in range(engine.repeats)]))
    return figures, tables


def more(engine, graph, sizes):
    """Return what is asked of ours alone: tables of every hour, and two threads against one, by the wall."""
    size = min(1000, max(sizes))

    def day():
        for hour in range(HOURS):
            engine.weigh(graph | {"time_ms": graph["time_ms"] * (20 + abs(hour - 12)) // 20})
            engine.table(graph["places"][:size], size)

    figures = {f"hours_24_n{size}_s": timed(day)[1]}
    engine.weigh(graph)
    walls = {1: [], 2: []}
    for _ in range(ALTERNATIONS):
        for threads, seconds in walls.items():
            begin = time.perf_counter()
            engine.table(graph["places"], len(graph["places"]), threads)
            seconds.append(time.perf_counter() - begin)
    one, two = (float(np.median(seconds)) for seconds in walls.values())
    return figures | {"speedup_2_threads": one / two}


def main(name, graph_file, table_file, *sizes):
    sizes = [int(size) for size in sizes]
    with np.load(graph_file) as stored:
        graph = dict(stored)
    engine = ENGINES[name]()
    figures, tables = measure(engine, graph, sizes)
    np.savez(table_file, **tables)
    if name == "routebook" and max(sizes) > 1000:
        figures["more"] = more(engine, graph, sizes)
    print(json.dumps(figures))


if __name__ == "__main__":
    main(*sys.argv[1:])
