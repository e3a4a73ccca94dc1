"""Other programs that fill containers, each behind one function: `(space, units, seconds, several) -> loads`.

A load is a list of (row of the unit, corner, size as it stands), whole numbers of the length that `unit_of` gives.
"""

import math
import time


def unit_of(space, units):
    """Return the length in which all sizes are whole, mm."""
    return math.gcd(*space.size_mm, *(side for unit in units for side in unit.size_mm))


def packingsolver3d(space, units, seconds, several):
    from packingsolver3d import BinType, Instance, ItemType, Objective, Rotation, box

    scale = unit_of(space, units)
    turned = {rotation: [rotation.name.index(axis) for axis in "XYZ"] for rotation in Rotation}
    items = []
    for unit in units:
        size, ways = unit.size_mm, set(unit.orientations_mm)
        allowed = [rotation for rotation, places in turned.items()
                   if tuple(size[places.index(axis)] for axis in range(3)) in ways]
        x, y, z = (side // scale for side in size)
        items.append(ItemType(x=x, y=y, z=z, copies=unit.count, rotations=allowed))
    x, y, z = (side // scale for side in space.size_mm)
    copies = sum(unit.count for unit in units) if several else 1
    instance = Instance(bin_types=[BinType(x=x, y=y, z=z, cost=1, copies=copies)], item_types=items,
                        objective=Objective.BIN_PACKING if several else Objective.KNAPSACK)
    result = box.solve(instance, time_limit=seconds)
    return [[(p.item_type_id, (p.x, p.y, p.z), (p.lx, p.ly, p.lz)) for p in packed.placements]
            for packed in result.bins for _ in range(packed.copies)]


def packvium(space, units, seconds, several):  # noqa: ARG001
    from packvium import Container, Dimensions, Item, Packer, PackingConfig, Rotation

    scale = unit_of(space, units)

    def dimensions(size):
        return Dimensions.mm(*(str(side // scale) for side in size))

    items = []
    for row, unit in enumerate(units):
        sides = dict(zip("LWH", unit.size_mm, strict=True))
        ways = set(unit.orientations_mm)
        allowed = frozenset(turn for turn in Rotation if tuple(sides[letter] for letter in turn.value) in ways)
        items.append(Item.create(str(row), dimensions(unit.size_mm), quantity=unit.count, allowed_rotations=allowed))
    config = PackingConfig.quality(time_limit_ms=int(1000 * seconds), objective="maximum_volume")
    container = Container.create("c", dimensions(space.size_mm), quantity=1)
    tick = 16_000
    loads = []
    for packed in Packer(config).pack(items=items, containers=[container]).containers:
        load = []
        for p in packed.placements:
            sides = dict(zip("LWH", units[int(p.instance.item.id)].size_mm, strict=True))
            size = tuple(sides[letter] // scale for letter in p.rotation.value)
            load.append((int(p.instance.item.id), tuple(int(at) // tick for at in (
                p.position.x, p.position.y, p.position.z)), size))
        loads.append(load)
    return loads


def py3dbp(space, units, seconds, several):  # noqa: ARG001
    """Larger pieces first, then smaller ones first; the program knows no this-side-up."""
    import py3dbp as program

    scale = unit_of(space, units)

    def packed(bigger_first):
        packer = program.Packer()
        packer.add_bin(program.Bin("c", *(side // scale for side in space.size_mm), 1))
        for row, size in _pieces(units, scale):
            packer.add_item(program.Item(str(row), *size, 0))
        packer.pack(bigger_first=bigger_first, number_of_decimals=0)
        return [(int(item.name), tuple(map(int, item.position)), tuple(map(int, item.get_dimension())))
                for item in packer.bins[0].items]

    return [_best(packed, (True, False), seconds)]


def bin_packer(space, units, seconds, several):  # noqa: ARG001
    """Its own order only: larger pieces first."""
    from bin_packer.bin import Bin
    from bin_packer.item import Item, RotationType
    from bin_packer.packer import Packer

    scale = unit_of(space, units)
    letters = {turn: ["whd".index(letter) for letter in turn.name] for turn in RotationType}
    packer, container = Packer(), Bin("c", *(side // scale for side in space.size_mm))
    packer.add_bin(container)
    for row, size in _pieces(units, scale):
        ways = {tuple(side // scale for side in way) for way in units[row].orientations_mm}
        allowed = [turn for turn, places in letters.items() if tuple(size[at] for at in places) in ways]
        packer.add_item(Item(str(row), *size, allowed))
    packer.pack()
    finer = container.width // (space.size_mm[0] // scale)
    return [[(int(item.name), tuple(int(at) // finer for at in item.position),
              tuple(int(side) // finer for side in item.dimension)) for item in container.items]]


def _pieces(units, scale):
    """Return row and size of every piece."""
    return [(row, tuple(side // scale for side in unit.size_mm)) for row, unit in enumerate(units)
            for _ in range(unit.count)]


def _best(packed, orders, seconds):
    """Return the load of most volume of those that orders of the pieces give, while there is time; one at least."""
    begun, best = time.monotonic(), []
    for order in orders:
        best = max(best, packed(order), key=lambda load: sum(math.prod(size) for *_, size in load))
        if time.monotonic() - begun > seconds:
            break
    return best


PEERS = {"packingsolver3d": packingsolver3d, "packvium": packvium, "py3dbp": py3dbp, "3d-bin-packer": bin_packer}
SEVERAL = ("packingsolver3d",)
"""Those that use several containers."""
