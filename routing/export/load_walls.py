"""Walls of a load: what stands side by side across the space, from its front on, and a picture of each from the rear.

Loaders put up one wall after the other; seen from the door, each picture shows what they see when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from gisdata.palette import line_style
from routing.export.load_steps import Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from routing.model import Compartment, LoadPlan


class Wall(NamedTuple):
    """Pieces that begin within the length of the longest one at their front.

    Parameters
    ----------
    room : Compartment
        In which they stand.
    steps : tuple of Step
        Its pieces, in loading order.
    begin_mm, end_mm : int
        Where its first piece begins and its last one ends, from the front wall.
    """

    room: Compartment
    steps: tuple[Step, ...]
    begin_mm: int
    end_mm: int


def walls(load: LoadPlan, steps: Sequence[Step]) -> list[Wall]:
    """Return the walls of a load, compartment by compartment, from the front on; each piece is in one.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    steps : sequence of Step
        As from `load_steps`.

    Returns
    -------
    list of Wall
        A wall begins with the foremost piece that is in no wall yet, and takes in all that begin before the longest of
        those that begin there ends. What reaches further than that stands out of it.
    """
    found = []
    for room in load.space.rooms:
        left = sorted((step for step in steps if step.placement.compartment == room.id),
                      key=lambda step: step.placement.x_mm)
        while left:
            begin = left[0].placement.x_mm
            depth = max(step.placement.length_mm for step in left if step.placement.x_mm == begin)
            inside = [step for step in left if step.placement.x_mm < begin + depth]
            end = max(step.placement.x_mm + step.placement.length_mm for step in inside)
            found.append(Wall(room, tuple(sorted(inside, key=lambda step: step.number)), begin, end))
            left = left[len(inside):]
    return found


def draw_wall(wall: Wall, axes: Axes) -> None:
    """Draw a wall as it is seen from the rear, pieces numbered by step, what stands nearer in front of the rest.

    Parameters
    ----------
    wall : Wall
        To draw.
    axes : matplotlib.axes.Axes
        To draw on; metres, the left side of the space at the left.
    """
    from matplotlib.patches import Rectangle

    _, width, height = (side / 1000 for side in wall.room.size_mm)
    _, left, floor = (side / 1000 for side in wall.room.corner_mm)
    axes.add_patch(Rectangle((left, floor), width, height, fill=False, edgecolor="#9aa5b1", linewidth=0.8))
    nearest_last = sorted(wall.steps, key=lambda step: (step.placement.x_mm + step.placement.length_mm, step.number))
    for layer, step in enumerate(nearest_last, start=10):
        (_, y, z), (_, wide, high) = step.placement.corner_mm, step.placement.size_mm
        look = line_style(max(0, step.stop - 1))
        axes.add_patch(Rectangle((y / 1000, z / 1000), wide / 1000, high / 1000, facecolor=look.colour,
                                 edgecolor="#1f2933", linewidth=0.5, zorder=layer))
        axes.text((y + wide / 2) / 1000, (z + high / 2) / 1000, str(step.number), fontsize=6, color=look.ink,
                  ha="center", va="center", parse_math=False, zorder=layer)
    axes.set_aspect("equal")
    axes.autoscale_view()
