"""Draw a load: interactive with a slider by loading step (plotly), and as a still picture for paper (matplotlib)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gisdata.escape import escape_html
from gisdata.palette import line_style
from routing.export.labels import Language, label
from routing.export.load_steps import Step

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from plotly.graph_objects import Figure

    from routing.model import LoadPlan, Placement

MOST_FRAMES = 60
"""Slider positions; a load of more steps advances by several at once."""

CORNERS = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 1)])
TRIANGLES = np.array([(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
                      (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)])
EDGES = ((0, 1), (0, 2), (0, 4), (1, 3), (1, 5), (2, 3), (2, 6), (3, 7), (4, 5), (4, 6), (5, 7), (6, 7))
FACES = ((1, 3, 7, 5), (4, 5, 7, 6), (0, 1, 5, 4))
"""Top, rear and left side: what is seen from behind on the left."""


def load_figure(load: LoadPlan, steps: Sequence[Step], language: Language) -> Figure:
    """Return a load as a figure to turn: a mesh a stop, and a slider by loading step.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    steps : sequence of Step
        As from `load_steps`.
    language : {"zh", "en"}
        Of the labels.

    Returns
    -------
    plotly.graph_objects.Figure
        Metres. Nothing is fetched when it is shown.
    """
    import plotly.graph_objects as go

    stops = sorted({step.stop for step in steps})
    at = {stop: [step for step in steps if step.stop == stop] for stop in stops}
    traces = [_mesh(go, at[stop], stop, language) for stop in stops]
    figure = go.Figure([*traces, _frame_lines(go, load)])
    marks = sorted({math.ceil(len(steps) * k / MOST_FRAMES) for k in range(1, MOST_FRAMES + 1)})
    inside = {mark: [sum(step.number <= mark for step in at[stop]) for stop in stops] for mark in marks}
    figure.frames = [go.Frame(name=str(mark), traces=list(range(len(stops))),
                              data=[go.Mesh3d(**_faces(count)) for count in inside[mark]]) for mark in marks]
    slider = {"active": len(marks) - 1, "currentvalue": {"prefix": f"{label('step', language)} "},
              "pad": {"t": 20, "b": 20},
              "steps": [{"label": str(mark), "method": "animate", "args": [[str(mark)], {
                  "mode": "immediate", "frame": {"duration": 0, "redraw": True}, "transition": {"duration": 0}}]}
                        for mark in marks]}
    axis = {"showbackground": False, "rangemode": "tozero"}
    figure.update_layout(
        title=escape_html(" · ".join(text for text in (load.vehicle, load.space.id) if text)), sliders=[slider],
        margin={"l": 0, "r": 0, "t": 40, "b": 0}, height=620,
        scene={"aspectmode": "data", "camera": {"eye": {"x": 1.3, "y": 1.5, "z": 0.9}},
               "xaxis": {**axis, "title": "x (m)"}, "yaxis": {**axis, "title": "y (m)"},
               "zaxis": {**axis, "title": "z (m)"}})
    return figure


def _mesh(go: Any, steps: Sequence[Step], stop: int, language: Language) -> Any:  # noqa: ANN401 (plotly)
    """Return all pieces of a stop as one mesh."""
    corners = np.concatenate([_corners(step.placement) for step in steps])
    hover = [f"{label('step', language)} {step.number}: {escape_html(step.placement.order)} "
             f"{escape_html(step.piece)}<br>{escape_html(step.words)}" for step in steps for _ in range(8)]
    order = escape_html(steps[0].placement.order)
    name = f"{label('stop number', language, stop)} · {order}" if stop else order or label("goods", language)
    return go.Mesh3d(x=corners[:, 0], y=corners[:, 1], z=corners[:, 2], **_faces(len(steps)), flatshading=True,
                     color=line_style(max(0, stop - 1)).colour, name=name, showlegend=True, hovertext=hover,
                     hoverinfo="text", opacity=0.95)


def _faces(count: int) -> dict[str, Any]:
    """Return the triangles of the first `count` boxes of a mesh."""
    faces = (np.arange(count)[:, None, None] * 8 + TRIANGLES).reshape(-1, 3)
    return {"i": faces[:, 0], "j": faces[:, 1], "k": faces[:, 2]}


def _corners(placement: Placement) -> Any:  # noqa: ANN401 (array)
    return (np.array(placement.corner_mm) + CORNERS * np.array(placement.size_mm)) / 1000


def _frame_lines(go: Any, load: LoadPlan) -> Any:  # noqa: ANN401 (plotly)
    """Return the edges of the compartments."""
    points: list[Any] = []
    for room in load.space.rooms:
        corners = (np.array(room.corner_mm) + CORNERS * np.array(room.size_mm)) / 1000
        for one, other in EDGES:
            points += [corners[one], corners[other], [None] * 3]
    x, y, z = zip(*points, strict=True)
    return go.Scatter3d(x=x, y=y, z=z, mode="lines", line={"color": "#5f6b76", "width": 3}, hoverinfo="skip",
                        showlegend=False)


def draw_still(load: LoadPlan, steps: Sequence[Step], axes: Axes) -> None:
    """Draw a load on a flat picture, seen from behind on the left, pieces numbered by step.

    Parameters
    ----------
    load : LoadPlan
        Where everything stands.
    steps : sequence of Step
        As from `load_steps`.
    axes : matplotlib.axes.Axes
        To draw on, in metres of the picture.
    """
    from matplotlib.collections import LineCollection, PolyCollection

    for room in load.space.rooms:
        corners = _flat((np.array(room.corner_mm) + CORNERS * np.array(room.size_mm)) / 1000)
        axes.add_collection(LineCollection([corners[list(edge)] for edge in EDGES], colors="#9aa5b1", linewidths=0.7))
    for layer, step in enumerate(_from_behind(steps), start=10):
        corners = _flat(_corners(step.placement))
        look = line_style(max(0, step.stop - 1))
        axes.add_collection(PolyCollection([corners[list(face)] for face in FACES], facecolors=look.colour,
                                           edgecolors="#1f2933", linewidths=0.4, zorder=layer))
        x, y = corners[list(FACES[1])].mean(axis=0)
        axes.text(x, y, str(step.number), fontsize=5, color=look.ink, ha="center", va="center", parse_math=False,
                  zorder=layer)
    axes.set_aspect("equal")
    axes.autoscale_view()


def _flat(points: Any) -> Any:  # noqa: ANN401 (array)
    """Return points in space on the picture plane, in oblique projection: the front lies further up to the left."""
    x, y, z = points.T
    return np.stack([y + 0.45 * x, z - 0.25 * x], axis=1)


def _from_behind(steps: Sequence[Step]) -> list[Step]:
    """Return steps so that what hides another is drawn after it: front before rear, low before high."""
    return sorted(steps, key=lambda step: (step.placement.x_mm + step.placement.length_mm, step.placement.z_mm,
                                           -step.placement.y_mm))
