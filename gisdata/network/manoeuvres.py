"""What a driver does at a junction: which way a road turns, whether that needs saying, and which exit it is.

Says nothing in words and sums nothing up. Angles are degrees, clockwise (to the right) positive; 0 is straight on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import shapely

from gisdata.network.snapping import flat_lines
from gisdata.network.topology import remembered, topology

if TYPE_CHECKING:
    from gisdata.network.road_network import RoadNetwork

LOOK_M = 25.0
"""How far from a junction the direction of a road is taken."""

STRAIGHT, SLIGHT, SHARP, BACK = 20.0, 45.0, 135.0, 170.0
_FORK = 40.0  # roads this close in direction are told apart by left and right
_ROUND = frozenset({"roundabout", "circular"})
_FAST = frozenset({"motorway", "trunk"})


@dataclass(frozen=True, slots=True)
class Junctions:
    """The roads of a network as a driver sees them from inside the vehicle.

    Parameters
    ----------
    roads : RoadNetwork
        Any network.
    """

    roads: RoadNetwork

    def streets(self, edge: int) -> tuple[str, ...]:
        """Return the names of an edge, or else its numbers; none if it has neither.

        Parameters
        ----------
        edge : int
            Row of `roads.edges`.

        Returns
        -------
        tuple of str
            In the order along the edge.
        """
        text = self._texts("name")[edge] or self._texts("ref")[edge]
        return tuple(name.strip() for name in text.split(";") if name.strip())

    def is_round(self, edge: int) -> bool:
        """Return whether an edge is part of a roundabout.

        Parameters
        ----------
        edge : int
            Row of `roads.edges`.

        Returns
        -------
        bool
            True on a roundabout.
        """
        return not _ROUND.isdisjoint(self._texts("junction")[edge].split(";"))

    def heading(self, edge: int, *, at_end: bool = False) -> float:
        """Return the direction of an edge where it begins, or where it ends.

        Parameters
        ----------
        edge : int
            Row of `roads.edges`.
        at_end : bool
            Where it ends.

        Returns
        -------
        float
            Degrees from north, clockwise.
        """
        line = flat_lines(self.roads)[edge]
        lat = self.roads.nodes["lat"].to_numpy()[self.roads.edges["u"].to_numpy()[edge]]
        look = min(LOOK_M / np.cos(np.radians(lat)), line.length)
        far, near = (line.length - look, line.length) if at_end else (0.0, look)
        (x0, y0), (x1, y1) = shapely.get_coordinates(shapely.line_interpolate_point(line, [far, near])).tolist()
        return float(np.degrees(np.arctan2(x1 - x0, y1 - y0)))

    def angle(self, edge: int, onto: int) -> float:
        """Return by how much a driver turns from one edge onto another.

        Parameters
        ----------
        edge, onto : int
            Rows of `roads.edges`; the one ends where the other begins.

        Returns
        -------
        float
            From -180 to 180.
        """
        turn = self.heading(onto) - self.heading(edge, at_end=True)
        return (turn + 180.0) % 360.0 - 180.0

    def exits(self, edge: int) -> int:
        """Return how many exits of a roundabout begin where one of its edges ends; drives do not count.

        Parameters
        ----------
        edge : int
            Row of `roads.edges`, on a roundabout.

        Returns
        -------
        int
            0 or more.
        """
        return sum(not self.is_round(other) and self._class(other) != "service" for other in self._leaving(edge))

    def manoeuvre(self, edge: int, onto: int) -> str:
        """Return what a driver does to come from one edge onto another, both off a roundabout.

        Parameters
        ----------
        edge, onto : int
            Rows of `roads.edges`; the one ends where the other begins.

        Returns
        -------
        str
            Such as ``left``, ``keep_right``, ``ramp_right``, ``merge``; empty where there is nothing to say.
        """
        angle = self.angle(edge, onto)
        if topology(self.roads).twin[edge] == onto or abs(angle) > BACK:
            return "u_turn"
        side = "right" if angle > 0 else "left"
        came, goes = self._class(edge), self._class(onto)
        if came.endswith("_link") and goes in _FAST:
            return "merge"
        others = self._rivals(edge, onto)
        if not others:
            renamed = self.streets(edge) and self.streets(onto) and not self._same_street(edge, onto)
            return "continue" if renamed else ""
        if came in _FAST and goes.endswith("_link"):
            return f"ramp_{side}"
        return self._fork(edge, onto, others) if abs(angle) < SLIGHT else self._corner(edge, onto, others)

    def _fork(self, edge: int, onto: int, others: list[float]) -> str:
        """Return what to say where the way goes more or less straight on."""
        angle, same = self.angle(edge, onto), self._same_street(edge, onto)
        nearest = min(others, key=lambda other: abs(other - angle))
        if abs(nearest - angle) < _FORK and not (same and abs(angle) + STRAIGHT / 2 < abs(nearest)):
            return "keep_left" if angle < nearest else "keep_right"
        if same:
            return ""
        if abs(angle) < STRAIGHT:
            return "continue" if self.streets(onto) else ""
        return "slight_right" if angle > 0 else "slight_left"

    def _corner(self, edge: int, onto: int, others: list[float]) -> str:
        """Return what to say where the way turns, nothing if the street itself bends."""
        angle = self.angle(edge, onto)
        bends = abs(angle) < min(2 * _FORK, *(abs(other) for other in others))
        if bends and self._same_street(edge, onto):
            return ""
        side = "right" if angle > 0 else "left"
        return f"sharp_{side}" if abs(angle) > SHARP else side

    def _same_street(self, edge: int, onto: int) -> bool:
        one, other = self.streets(edge), self.streets(onto)
        return bool(set(one) & set(other)) if one or other else self._class(edge) == self._class(onto)

    def _rivals(self, edge: int, onto: int) -> list[float]:
        """Return the angles of the other roads that a driver could take; drives count only among drives."""
        among_drives = "service" in {self._class(edge), self._class(onto)}
        return [self.angle(edge, other) for other in self._leaving(edge)
                if other != onto and (among_drives or self._class(other) != "service")]

    def _leaving(self, edge: int) -> list[int]:
        """Return the edges that begin where an edge ends, but for the way back."""
        shape = topology(self.roads)
        node = self.roads.edges["v"].to_numpy()[edge]
        leaving = shape.edge[shape.first[node] : shape.first[node + 1]].tolist()
        return [other for other in leaving if other != shape.twin[edge]]

    def _class(self, edge: int) -> str:
        return self._texts("highway")[edge].split(";")[0]

    def _texts(self, column: str) -> list[str]:
        """Return a column, empty where it says nothing; kept with the network."""
        return remembered(self.roads, ("texts", column), lambda: self.roads.edges[column].fillna("").tolist())
