"""Ways where turns count, against a plain Dijkstra search over edges and the edges driven before them.

The judge reads the restrictions itself, way by way, and remembers every edge that any of them may ask for. It shares
the speeds of edges and the angles of turns with the package, and nothing else; angles have tests of their own.
"""

import dataclasses
import heapq
import itertools
import math

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from gisdata.network import edge_time_s, many_to_many, paths
from gisdata.network.access import access
from gisdata.network.angles import turn_angles
from gisdata.network.restrictions import binding, resolved, restrictions_report
from gisdata.network.road_network import empty_restrictions
from gisdata.network.snapping import Snaps
from gisdata.profiles import Trip, with_turns

CAR = with_turns("car")
NO_COST = dataclasses.replace(CAR, turn_s=0, u_turn_s=0, signal_s=0)
FREE = dataclasses.replace(NO_COST, u_turns=True)


def with_restrictions(roads, rows):
    """Return the network with restrictions of these rows, relation ids from 1 unless given."""
    whole = [{"relation_id": number, "via_kind": "node", "vehicle": None, "except_": None, "condition": None} | row
             for number, row in enumerate(rows, start=1)]
    table = pd.DataFrame(whole, columns=list(empty_restrictions().columns)).astype(empty_restrictions().dtypes)
    return dataclasses.replace(roads, restrictions=table)


@st.composite
def towns(draw, access=(None,)):
    """Draw a small network with signals, a bollard, and restrictions along drives that its roads allow."""
    count = draw(st.integers(2, 6))
    spots = draw(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=count, max_size=count))
    road = st.fixed_dictionaries({
        "ends": st.tuples(st.integers(1, count), st.integers(1, count)),
        "two_way": st.booleans(),
        "length_m": st.sampled_from([0.0, 12.3456, 100.0, 250.5]) | st.floats(0, 3000),
        "highway": st.sampled_from(["residential", "residential", "primary", "no such class"]),
        "access": st.sampled_from(access),
    })
    roads = draw(st.lists(road, min_size=1, max_size=11))
    for row, each in enumerate(roads):
        each["via"] = [(0.01 + row / 100, 0.01), (0.01 + row / 100, 0.02)]
    tags = {name: {"barrier": "bollard"} for name in draw(st.sets(st.integers(1, count), max_size=1))}
    tags |= {name: {"highway": "traffic_signals"} for name in draw(st.sets(st.integers(1, count), max_size=2))}
    rows = [row for _ in range(draw(st.integers(0, 4))) if (row := draw(restriction(roads)))]
    edges = sum(2 if each["two_way"] else 1 for each in roads)
    fraction = st.sampled_from([0.0, 0.25, 0.5, 1.0]) | st.floats(0, 1)
    places = st.lists(st.tuples(st.integers(-1, edges - 1), fraction), min_size=1, max_size=4)
    named = {name: (x / 1000, y / 1000) for name, (x, y) in enumerate(spots, start=1)}
    return named, roads, tags, rows, draw(places), draw(places)


@st.composite
def restriction(draw, roads):
    """Draw a restriction along a drive of two to four roads, none a loop, none twice but a U-turn; None if it ends."""
    ways = [(way, *ends) for way, road in enumerate(roads, start=1)
            for ends in ([road["ends"], road["ends"][::-1]] if road["two_way"] else [road["ends"]])
            if ends[0] != ends[1]]
    if not ways:
        return None
    drive = [draw(st.sampled_from(ways))]
    size = draw(st.integers(2, 4))
    while len(drive) < size:
        driven = {way for way, _, _ in drive}
        on = [step for step in ways if step[1] == drive[-1][2] and (step[0] not in driven or size == 2)]
        if not on:
            return None
        drive.append(draw(st.sampled_from(on)))
    first, *middle, last = (way for way, _, _ in drive)
    kind = "no_u_turn" if first == last else draw(st.sampled_from(["no_left_turn", "only_right_turn", "no_entry"]))
    return {
        "kind": kind, "from_way": first, "to_way": last,
        "via_kind": "way" if middle else "node", "via_id": ";".join(map(str, middle or [drive[0][2]])),
        "vehicle": draw(st.sampled_from([None, None, "motor_vehicle", "hgv"])),
        "except_": draw(st.sampled_from([None, None, "bus", "bus; motorcar"])),
    }


class Judge:
    """Drives a network edge by edge, remembering what it drove."""

    def __init__(self, roads, who):
        self.roads, self.who = roads, who
        self.u, self.v, self.way = (roads.edges[name].tolist() for name in ("u", "v", "way_ids"))
        seconds, where = edge_time_s(roads, "car"), access(roads, "car")
        self.length = [round(m * 1000) for m in roads.edges["length_m"]]
        self.time = [max(round(s * 1000), bool(m)) if open_to else None
                     for s, m, open_to in zip(seconds, self.length, where.through, strict=True)]
        self.usable = np.isfinite(seconds).tolist()
        self.edges = range(len(self.u))
        self.out, self.into = ({node: [] for node in range(len(roads.nodes))} for _ in range(2))
        self.of_way = {}
        for edge in self.edges:
            self.out[self.u[edge]].append(edge)
            self.into[self.v[edge]].append(edge)
            for way in str(self.way[edge]).split(";"):
                self.of_way.setdefault(way, []).append(edge)
        self.twin = [self.other_way(edge) for edge in self.edges]
        self.barrier = set(np.flatnonzero(~where.passable).tolist())
        self.signals = {node for node, kind in enumerate(roads.nodes["highway"].tolist()) if kind is not pd.NA
                        and "traffic_signals" in str(kind).split(";")}
        self.rows = [(row.kind, *self.drives(row)) for row in roads.restrictions.itertuples()
                     if (pd.isna(row.vehicle) or row.vehicle == "motor_vehicle")
                     and (pd.isna(row.except_) or "motorcar" not in row.except_)]
        self.memory = max((len(drive) - 1 for _, *drives in self.rows for drive in drives), default=1)
        self.known = {}

    def other_way(self, edge):
        """The edge that runs along the same line the other way, None where there is none."""
        line = shapely.reverse(self.roads.geometry[edge])
        return next((b for b in self.out[self.v[edge]] if b != edge and self.v[b] == self.u[edge]
                     and self.roads.geometry[b].equals_exact(line, 0)), None)

    def drives(self, row):
        """Every sequence of edges along the ways of a restriction."""
        ways = [row.from_way, *(map(int, row.via_id.split(";")) if row.via_kind == "way" else ()), row.to_way]
        for drive in itertools.product(*(self.of_way.get(str(way), []) for way in ways)):
            joined = all(self.v[a] == self.u[b] for a, b in itertools.pairwise(drive))
            here = row.via_kind == "way" or self.roads.nodes["osm_id"][self.v[drive[0]]] == int(row.via_id)
            if joined and here and (len(drive) > 2 or drive[0] != drive[1]):
                yield drive

    def banned(self, past, edge):
        """Whether a restriction forbids the edge after the edges driven."""
        for kind, *drives in self.rows:
            if kind.startswith("no_") and any((*past, edge)[-len(drive):] == drive for drive in drives):
                return True
            for size in range(1, self.memory + 1) if kind.startswith("only_") else ():
                onto = {drive[size] for drive in drives if len(drive) > size and past[-size:] == drive[:size]}
                if onto and edge not in onto:
                    return True
        return False

    def turns(self, past):
        """Edges that may follow, each with the time of the turn."""
        if past not in self.known:
            self.known[past] = list(self.open_turns(past))
        return self.known[past]

    def open_turns(self, past):
        edge, node = past[-1], self.v[past[-1]]
        after = [b for b in self.out[node] if self.usable[b] and not self.banned(past, b)]
        on = [b for b in after if b != self.twin[edge] and node not in self.barrier]
        back = [b for b in after if b == self.twin[edge]]
        for b in on + (back if self.who.u_turns or not on else []):
            if self.time[b] is not None:
                yield b, self.turn_ms(edge, b)

    def turn_ms(self, a, b):
        """The formula of OSRM's car.lua."""
        node, who, back = self.v[a], self.who, b == self.twin[a]
        out = sum(self.usable[e] for e in self.out[node])
        into = sum(self.usable[e] and (self.twin[e] is None or not self.usable[self.twin[e]]) for e in self.into[node])
        seconds = who.signal_s if node in self.signals else 0.0
        if out + into > 2 or back:
            angle, bias = turn_angles(self.roads, np.array([a]), np.array([b])).item(), who.turn_bias
            if angle >= 0:
                seconds += who.turn_s / (1 + math.exp(-((13 / bias) * angle / 180 - 6.5 * bias)))
            else:
                seconds += who.turn_s / (1 + math.exp(-((13 * bias) * -angle / 180 - 6.5 / bias)))
        return round((seconds + (who.u_turn_s if back else 0)) * 1000)

    def spots(self, edge, fraction):
        """Where a place lies: (edge, time and length from its begin), and the junctions it stands at."""
        rows = [(e, f) for e, f in ((edge, fraction), (self.twin[edge], 1 - fraction))
                if e is not None and self.time[e] is not None] if edge >= 0 else []
        rows = [(e, round(f * self.time[e]), round(f * self.length[e])) for e, f in rows]
        at = {self.u[e] for e, _, m in rows if m == 0} | {self.v[e] for e, _, m in rows if m == self.length[e]}
        return rows, at - self.barrier

    def ways(self, source, targets):
        """Time and length of the fastest way from a place to each target, None where there is none."""
        rows, standing = self.spots(*source)
        goals = [self.spots(*target) for target in targets]
        best = [(0, 0) if standing & at else None for _, at in goals]

        def better(goal, cost):
            best[goal] = cost if best[goal] is None else min(best[goal], cost)

        queue = [((self.time[e] - t, self.length[e] - m), (e,)) for e, t, m in rows]
        for node in standing:
            for edge in self.out[node]:
                if self.time[edge] is not None:
                    queue.append(((self.time[edge], self.length[edge]), (edge,)))
                    rows = [*rows, (edge, 0, 0)]
        for (goal, (theirs, _)), (e, t, m) in itertools.product(enumerate(goals), rows):
            for f, t2, m2 in theirs:
                if e == f and t2 >= t and m2 >= m:
                    better(goal, (t2 - t, m2 - m))
        heapq.heapify(queue)
        done = set()
        while queue:
            (time, length), past = heapq.heappop(queue)
            if past in done:
                continue
            done.add(past)
            for goal, (_, at) in enumerate(goals):
                if self.v[past[-1]] in at:
                    better(goal, (time, length))
            for edge, turn in self.turns(past):
                for goal, (theirs, _) in enumerate(goals):
                    for f, t, m in theirs:
                        if f == edge:
                            better(goal, (time + turn + t, length + m))
                after = (*past, edge)[-self.memory:]
                heapq.heappush(queue, ((time + turn + self.time[edge], length + self.length[edge]), after))
        return best


def build(network_of, case):
    places, roads, tags, rows, sources, targets = case
    return with_restrictions(network_of(places, roads, tags), rows), sources, targets


def cells(tables):
    return [[None if t < 0 else (t, m) for t, m in zip(*rows, strict=True)]
            for rows in zip(*(table.tolist() for table in tables), strict=True)]


DRIVERS = st.builds(lambda **figures: dataclasses.replace(CAR, **figures), turn_s=st.sampled_from([0.0, 7.5]),
                    turn_bias=st.sampled_from([1.0, 1.075]), u_turn_s=st.sampled_from([0.0, 20.0]),
                    signal_s=st.sampled_from([0.0, 2.0]), u_turns=st.booleans())


@pytest.mark.parametrize("examples", [70, pytest.param(5000, marks=pytest.mark.long)])
def test_agrees_with_a_search_that_remembers(network_of, snaps_at, examples):
    """Any network, any restrictions, any costs: time of the fastest way and length of the shortest among those."""
    settings(max_examples=examples)(given(case=towns(), who=DRIVERS)(agrees_with_judge))(network_of, snaps_at)


def agrees_with_judge(network_of, snaps_at, case, who):
    roads, sources, targets = build(network_of, case)

    ours = many_to_many(roads, who, snaps_at(*sources), snaps_at(*targets))

    judge = Judge(roads, who)
    assert cells(ours) == [judge.ways(source, targets) for source in sources]


@pytest.mark.parametrize(("town", "count"), [
    ("monaco_roads", 2), ("helsinki_roads", 2), pytest.param("wuhan_roads", 4, marks=pytest.mark.long)])
def test_real_towns_agree_with_a_search_that_remembers(request, through_traffic, at_junctions, town, count):
    """From a few junctions to 200 others, over roads open to through traffic."""
    roads = request.getfixturevalue(town)
    graph = through_traffic(roads, "car")
    chance = np.random.default_rng(1)
    sources, targets = (at_junctions(graph, chance.choice(sorted(graph), size).tolist()) for size in (count, 200))

    ours = many_to_many(roads, CAR, sources, targets)

    judge = Judge(roads, CAR)
    goals = [(edge, 0.0) for edge in targets.edge.tolist()]
    assert cells(ours) == [judge.ways((edge, 0.0), goals) for edge in sources.edge.tolist()]


@settings(max_examples=40)
@given(case=towns(access=(None, None, "destination")))
def test_without_costs_and_rules_turns_change_nothing(network_of, snaps_at, case):
    """The graph of turns and the graph of junctions are two views of one network, roads for destinations included."""
    roads, sources, targets = build(network_of, case)
    ends = snaps_at(*sources), snaps_at(*targets)

    roads = with_restrictions(roads, [])

    assert cells(many_to_many(roads, FREE, *ends)) == cells(many_to_many(roads, "car", *ends))


@settings(max_examples=25)
@given(case=towns())
def test_a_path_obeys_and_takes_what_its_cell_says(network_of, snaps_at, case):
    """Edges join, no turn is one the judge forbids, and edges and turns add up to the time and length of the cell."""
    roads, sources, targets = build(network_of, case)
    pairs = list(itertools.product(sources, targets))
    expected = cells(many_to_many(roads, "car", snaps_at(*sources), snaps_at(*targets), turns=True))
    judge = Judge(roads, CAR)

    found = paths(roads, "car", snaps_at(*(s for s, _ in pairs)), snaps_at(*(t for _, t in pairs)), turns=True)

    for path, cell in zip(found, itertools.chain(*expected), strict=True):
        assert (path is None) == (cell is None)
        if path is None:
            continue
        assert (round(path.duration_s * 1000), round(path.distance_m * 1000)) == cell
        driven = path.edges.tolist()
        for k in range(1, len(driven)):
            assert driven[k] in dict(judge.turns(tuple(driven[max(0, k - judge.memory):k])))


BLOCKS = {name: (0.001 * (name % 3), 0.001 * (name // 3)) for name in range(9)}
"""Three by three junctions, numbered from the south-west; 4 is the middle, 5 east of it, 7 north of it."""
STREETS = [(a, a + 1) for a in (0, 1, 3, 4, 6, 7)] + [(a, a + 3) for a in range(6)]
WAY = {ends: way for way, ends in enumerate(STREETS, start=1)}
WEST, EAST, NORTH, SOUTH, NORTH_EAST, EAST_RIM = (WAY[ends] for ends in
                                                  ((3, 4), (4, 5), (4, 7), (1, 4), (7, 8), (5, 8)))
AT_MIDDLE = {"from_way": WEST, "via_id": "5"}  # OpenStreetMap ids count from 1
OVER_NORTH = {"via_kind": "way", "from_way": WEST, "via_id": str(NORTH), "to_way": NORTH_EAST}


@pytest.fixture(scope="module")
def blocks(network_of):
    """Return a builder of nine junctions joined by streets of 100 m, with restrictions."""

    def build(*rows, node_tags=None):
        town = network_of({name + 1: at for name, at in BLOCKS.items()},
                          [{"ends": (a + 1, b + 1)} for a, b in STREETS], node_tags)
        return with_restrictions(town, rows)

    return build


@pytest.fixture(scope="module")
def metres(snaps_at):
    """Return a function that gives the metres between the middles of two ways, and seconds, the cheapest direction."""

    def measure(roads, begin, end, who=NO_COST):
        edges = [np.flatnonzero(roads.edges["way_ids"] == str(way))[0] for way in (begin, end)]
        ends = [snaps_at((edge, 0.5)) for edge in edges]
        time, length = many_to_many(roads, who, *ends)
        return length.item() / 1000, time.item() / 1000

    return measure


@pytest.mark.parametrize(("rows", "target", "expected"), [
    ([], NORTH, 100),
    ([{"kind": "no_left_turn", "to_way": NORTH}], NORTH, 300),  # back and round the north-west block
    ([{"kind": "no_left_turn", "to_way": NORTH}], SOUTH, 100),
    ([{"kind": "no_right_turn", "to_way": SOUTH}], SOUTH, 300),
    ([{"kind": "no_straight_on", "to_way": EAST}], EAST, 400),  # left or right and round a block
    ([{"kind": "only_straight_on", "to_way": EAST}], NORTH, 300),
    ([{"kind": "only_straight_on", "to_way": EAST}], EAST, 100),
    ([{"kind": "only_right_turn", "to_way": SOUTH}], EAST, 400),  # right and round the south-east block
    ([{"kind": "only_left_turn", "to_way": NORTH}], SOUTH, 300),
    ([{"kind": "no_exit", "to_way": NORTH, "relation_id": 1}, {"kind": "no_exit", "to_way": SOUTH, "relation_id": 1}],
     SOUTH, 300),
    ([{"kind": "only_straight_on", "to_way": EAST, "relation_id": 1},
      {"kind": "only_straight_on", "to_way": SOUTH, "relation_id": 1}], SOUTH, 100),  # two roads to go to
    ([{"kind": "no_left_turn", "to_way": NORTH, "vehicle": "hgv"}], NORTH, 100),
    ([{"kind": "no_left_turn", "to_way": NORTH, "except_": "bus;motorcar"}], NORTH, 100),
    ([{"kind": "no_left_turn", "to_way": NORTH, "except_": "hgv"}], NORTH, 300),
    ([{"kind": "no_left_turn", "to_way": NORTH, "condition": "Mo-Fr 07:00-09:00"}], NORTH, 300),
])
def test_a_planted_restriction_is_obeyed(blocks, metres, rows, target, expected):
    """From the west street over the middle; lengths by counting streets of 100 m."""
    roads = blocks(*(AT_MIDDLE | row for row in rows))

    assert metres(roads, WEST, target)[0] == expected


def test_a_restriction_for_trucks_binds_trucks(blocks, metres):
    """`restriction:hgv`, and one from which hgv are excepted."""
    lorries = blocks(AT_MIDDLE | {"kind": "no_left_turn", "to_way": NORTH, "vehicle": "hgv"})
    others = blocks(AT_MIDDLE | {"kind": "no_left_turn", "to_way": NORTH, "except_": "hgv"})

    assert [metres(roads, WEST, NORTH, with_turns("truck"))[0] for roads in (lorries, others)] == [300, 100]


@pytest.mark.parametrize(("condition", "figures", "expected"), [
    ("Mo-Fr 07:00-09:00", {"trip": Trip(weekday="Tu", at_s=8 * 3600)}, 300),
    ("Mo-Fr 07:00-09:00", {"trip": Trip(weekday="Tu", at_s=10 * 3600)}, 100),
    ("Mo-Fr 07:00-09:00,16:00-18:00; Sa 10:00-12:00", {"trip": Trip(weekday="Sa", at_s=11 * 3600)}, 300),
    ("Mo-Fr 07:00-09:00 AND weight>3.5", {"trip": Trip(weekday="Tu", at_s=8 * 3600)}, 100),  # a car of 2 t
    ("weight>3.5", {"mass_t": 5.0}, 300),
    ("when it snows", {}, 300),
])
def test_a_condition_counts_where_it_can_be_decided(blocks, metres, condition, figures, expected):
    """No left turn from the west street at certain hours or for heavy vehicles; in doubt it is in force."""
    roads = blocks(AT_MIDDLE | {"kind": "no_left_turn", "to_way": NORTH, "condition": condition})

    assert metres(roads, WEST, NORTH, dataclasses.replace(NO_COST, **figures))[0] == expected


@pytest.mark.parametrize(("row", "begin", "target", "expected"), [
    (OVER_NORTH | {"kind": "no_right_turn"}, WEST, NORTH_EAST, 300),  # 200 m over the via street
    (OVER_NORTH | {"kind": "no_right_turn"}, SOUTH, NORTH_EAST, 200),  # from elsewhere it is free
    (OVER_NORTH | {"kind": "no_right_turn"}, NORTH, NORTH_EAST, 100),  # and for who begins on it
    (OVER_NORTH | {"kind": "no_right_turn"}, WEST, NORTH, 100),  # which itself is free
    ({"kind": "no_right_turn", "via_kind": "way", "from_way": WEST, "via_id": f"{NORTH};{NORTH_EAST}",
      "to_way": EAST_RIM}, WEST, EAST_RIM, 200),  # the way over the east street is not forbidden
    ({"kind": "only_left_turn", "via_kind": "way", "from_way": WEST, "via_id": str(EAST), "to_way": EAST_RIM},
     WEST, NORTH, 300),  # no turn off before the via street
    ({"kind": "only_left_turn", "via_kind": "way", "from_way": WEST, "via_id": str(EAST), "to_way": EAST_RIM},
     WEST, EAST_RIM, 200),
])
def test_a_restriction_over_a_way_remembers_where_one_came_from(blocks, metres, row, begin, target, expected):
    """Lengths by counting streets of 100 m."""
    assert metres(blocks(row), begin, target)[0] == expected


def test_a_road_for_destinations_is_not_passed(blocks, metres):
    """East of the middle lies a street for destinations: to its middle 100 m, past it 300 m by the north, not 200 m."""
    free = blocks()
    access = free.edges["access"].where(free.edges["way_ids"] != str(EAST), "destination")
    roads = dataclasses.replace(free, edges=free.edges.assign(access=access))

    assert [metres(town, WEST, EAST_RIM)[0] for town in (free, roads)] == [200, 300]
    assert metres(roads, WEST, EAST)[0] == metres(roads, EAST, WEST)[0] == 100


def test_a_u_turn_at_a_junction_is_made_only_where_it_is_allowed(network_of, metres):
    """Road 1 may not turn into road 3: one turns back at the end of road 2, or, where that is forbidden, in road 4."""
    roads = network_of({1: (0, 0), 2: (0.001, 0), 3: (0.002, 0), 4: (0.001, 0.001), 5: (0.004, 0), 6: (0.002, 0.001)},
                       [{"ends": (1, 2), "two_way": False}, {"ends": (2, 3)}, {"ends": (2, 4), "two_way": False},
                        {"ends": (3, 5), "length_m": 200.0}, {"ends": (3, 6), "length_m": 500.0}])
    left = {"kind": "no_left_turn", "from_way": 1, "via_id": "2", "to_way": 3}
    back = {"kind": "no_u_turn", "from_way": 2, "via_id": "3", "to_way": 2}

    assert metres(with_restrictions(roads, [left]), 1, 3, FREE)[0] == 300
    assert metres(with_restrictions(roads, [left, back]), 1, 3, FREE)[0] == 700
    assert metres(with_restrictions(roads, [left]), 1, 3)[0] == 700


@pytest.mark.parametrize(("target", "figures", "extra_s"), [
    (NORTH, {}, 5.395),  # left: 7.5 / (1 + exp(6.5 / 1.075 - 13 * 1.075 * 90 / 180))
    (SOUTH, {}, 2.105),  # right: 7.5 / (1 + exp(6.5 * 1.075 - 13 / 1.075 * 90 / 180))
    (EAST, {}, 0.007),  # straight on: 7.5 / (1 + exp(6.5 * 1.075))
    (NORTH, {"left_hand": True}, 2.105),
    (SOUTH, {"left_hand": True}, 5.395),
    (NORTH, {"turn_bias": 1.0}, 3.750),
])
def test_a_turn_takes_what_its_angle_costs(blocks, metres, target, figures, extra_s):
    """100 m at 25 km/h are 14.4 s; the rest by the formula of OSRM's car.lua, with traffic signals 2 s more."""
    who = dataclasses.replace(CAR, **figures)

    assert metres(blocks(), WEST, target, who) == (100, pytest.approx(14.4 + extra_s, abs=0.0015))
    signals = blocks(node_tags={5: {"highway": "traffic_signals"}})
    assert metres(signals, WEST, target, who) == (100, pytest.approx(16.4 + extra_s, abs=0.0015))


def test_a_bend_between_two_roads_costs_nothing_and_a_dead_end_lets_one_turn(network_of, metres):
    """Two roads meet at a right angle: no turn time. At the tip of a dead end: 7.455 s for 180 degrees, 20 s more."""
    bend = network_of({1: (0, 0), 2: (0.001, 0), 3: (0.001, 0.001)}, [{"ends": (1, 2)}, {"ends": (2, 3)}])
    tip = network_of({1: (0, 0), 2: (0.001, 0), 3: (0.002, 0), 4: (0.001, 0.001)},
                     [{"ends": (1, 2), "two_way": False}, {"ends": (2, 3)}, {"ends": (2, 4), "two_way": False}])
    blocked = with_restrictions(tip, [{"kind": "no_left_turn", "from_way": 1, "via_id": "2", "to_way": 3}])

    assert metres(bend, 1, 2, CAR) == (100, pytest.approx(14.4))
    assert metres(blocked, 1, 3, CAR) == (300, pytest.approx(43.2 + 0.007 + 27.455 + 2.105, abs=0.003))


@pytest.mark.parametrize(("row", "reason"), [
    ({"kind": "no_left_turn", "from_way": 99, "via_id": "5", "to_way": NORTH}, "way 99 is not among these roads"),
    ({"kind": "no_left_turn", "from_way": WEST, "via_id": "77", "to_way": NORTH}, "node 77 is no junction"),
    ({"kind": "no_left_turn", "from_way": WEST, "via_id": "5", "to_way": EAST_RIM},
     f"way {EAST_RIM} cannot be driven from node 5"),
    ({"kind": "no_left_turn", "from_way": EAST_RIM, "via_id": "5", "to_way": NORTH},
     f"way {EAST_RIM} cannot be driven to node 5"),
    (OVER_NORTH | {"kind": "no_u_turn", "via_id": str(EAST_RIM)}, "no drive leads from way"),
    (OVER_NORTH | {"kind": "no_u_turn", "via_id": pd.NA}, "it has no via member"),
    ({"kind": "no_left_turn", "from_way": WEST, "via_id": "5", "to_way": NORTH, "except_": "motorcar"},
     "does not bind the profile car"),
])
def test_what_cannot_be_used_is_reported_with_a_reason(blocks, row, reason):
    """Each restriction by its relation id; beside it one that can be used."""
    roads = blocks({"relation_id": 41} | row, {"relation_id": 42, "kind": "no_right_turn", "to_way": SOUTH} | AT_MIDDLE)

    report = restrictions_report(roads, "car")

    assert report["relation_id"].tolist() == [41, 42]
    assert report["used"].tolist() == [False, True]
    assert reason in report["reason"][0]
    assert not report["reason"][1]


def test_a_way_that_passes_through_the_via_node_turns_as_the_kind_says(network_of, metres):
    """One way along the west and east streets: its left turn is from the west, its right turn from the east."""
    nodes = {1: (0, 0), 2: (0.001, 0), 3: (0.002, 0), 4: (0.001, 0.001)}
    plain = network_of(nodes, [{"ends": (1, 2)}, {"ends": (2, 3)}, {"ends": (2, 4)}])
    edges = plain.edges.assign(way_ids=plain.edges["way_ids"].replace({"2": "1"}))
    row = {"from_way": 1, "via_id": "2", "to_way": 3}
    left, entry = (with_restrictions(dataclasses.replace(plain, edges=edges), [row | {"kind": kind}])
                   for kind in ("no_left_turn", "no_entry"))

    (one,) = resolved(left).forbidden

    assert [plain.edges["u"][edge] for edge in one.edges] == [0, 1]
    assert "which turn is meant is not clear" in restrictions_report(entry)["reason"].item()


def test_angles_are_positive_to_the_right(network_of):
    """East, then in turn north, east, south, back: at 60 degrees north a degree of longitude is half as long."""
    at = {1: (0.0, 60.0), 2: (0.002, 60.0), 3: (0.004, 60.0), 4: (0.002, 60.001), 5: (0.002, 59.999),
          6: (0.004, 59.999)}
    roads = network_of(at, [{"ends": (2, far)} for far in (1, 3, 4, 5, 6)])
    u, v = (roads.edges[end].to_numpy() for end in ("u", "v"))
    onto = [np.flatnonzero((u == 1) & (v == far - 1))[0] for far in (4, 3, 6, 5, 1)]
    arriving = np.full(5, np.flatnonzero((u == 0) & (v == 1))[0])

    assert turn_angles(roads, arriving, np.array(onto)) == pytest.approx([-90, 0, 45, 90, 180], abs=0.01)


def middles(roads, edges):
    """Return places in the middle of edges."""
    points = shapely.line_interpolate_point(roads.geometry[edges], 0.5, normalized=True)
    return Snaps(np.array(edges), np.full(len(edges), 0.5), np.zeros(len(edges)), shapely.get_x(points),
                 shapely.get_y(points))


def drives_over(path, edges):
    """Return whether a path drives edges one right after the other."""
    driven = [] if path is None else path.edges.tolist()
    return any(tuple(driven[k:k + len(edges)]) == edges for k in range(len(driven)))


@pytest.mark.parametrize(("town", "count", "driven_before"), [("monaco_roads", 40, 38), ("helsinki_roads", 38, 38)])
def test_every_real_restriction_is_obeyed(request, town, count, driven_before):
    """By relation id: without turns the fastest way takes what is forbidden, with turns it never does.

    Monaco's relations 4261964, a U-turn, and 7394702, whose only other way on is one, are on nobody's fastest way.
    """
    roads = request.getfixturevalue(town)
    usable = np.isfinite(edge_time_s(roads, "car"))
    bound = binding(roads, "car")
    forbidden = [one for one in resolved(roads).forbidden if bound[one.row] and usable[list(one.edges)].all()]
    ends = [middles(roads, [one.edges[end] for one in forbidden]) for end in (0, -1)]

    before, after = (paths(roads, "car", *ends, turns=turns) for turns in (False, True))

    table = [(int(roads.restrictions["relation_id"][one.row]), drives_over(old, one.edges), drives_over(new, one.edges))
             for one, old, new in zip(forbidden, before, after, strict=True)]
    assert len({relation for relation, _, _ in table}) == count
    assert len({relation for relation, old, _ in table if old}) == driven_before
    assert [relation for relation, _, new in table if new] == []


def test_real_restrictions_without_all_their_members_are_reported(monaco_roads):
    """The extract of Monaco cuts four relations: three name a way beyond it, 7361260 has no from member at all."""
    report = restrictions_report(monaco_roads)

    cut = report[~report["used"]].set_index("relation_id")["reason"]
    assert sorted(cut.index) == [3410832, 3410850, 6844324, 7361260]
    assert cut.pop(7361260) == "it has no from member"
    assert cut.str.fullmatch(r"way \d+ is not among these roads").all()
