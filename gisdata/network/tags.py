"""Which OpenStreetMap tags a road network keeps, and which of them must never be merged.

Names only; what a tag means for a vehicle stands in the profiles. On a directed edge, a tag with the suffix
``:forward`` or ``:backward`` has already become the plain tag of the edge that runs that way.
"""

from __future__ import annotations

ACCESS_TAGS = (
    "access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "hgv_articulated", "hazmat", "hazmat:water",
)  # fmt: skip

LIMIT_TAGS = (
    "maxheight", "maxheight:physical", "maxwidth", "maxwidth:physical", "maxlength", "maxlength:hgv", "maxweight",
    "maxweight:hgv", "maxweight:signed", "maxweightrating", "maxweightrating:hgv", "maxaxleload", "maxaxles",
    "maxbogieweight",
)  # fmt: skip

SPEED_TAGS = ("maxspeed", "maxspeed:hgv", "maxspeed:goods", "maxspeed:type", "maxspeed:variable")

CONDITIONAL_TAGS = tuple(
    f"{tag}:conditional"
    for tag in (
        "access", "vehicle", "motor_vehicle", "motorcar", "goods", "hgv", "hgv_articulated", "hazmat", "maxspeed",
        "maxspeed:hgv", "maxspeed:goods", "maxweight", "maxweight:hgv", "maxweightrating", "maxweightrating:hgv",
        "maxheight", "maxwidth", "maxlength", "maxlength:hgv", "maxaxleload", "oneway",
    )
)  # fmt: skip

KEPT_APART = (
    "highway", "service", "junction", "toll", "toll:hgv", "hgv:national_network", "hgv:state_network", "motorroad",
    "narrow", "surface", "tracktype", "smoothness",
    *ACCESS_TAGS, *LIMIT_TAGS, *SPEED_TAGS, *CONDITIONAL_TAGS,
)  # fmt: skip
"""Ways that differ in one of these stay separate edges, so a speed, limit or right of way holds for a whole edge."""

JOINED_TAGS = ("name", "ref", "lanes", "bridge", "tunnel", "width", "est_width", "incline", "delivery")
"""Tags that may differ along one edge; the values are then joined with ``;``."""

EDGE_TAGS = tuple(tag for tag in dict.fromkeys((*KEPT_APART, *JOINED_TAGS)) if tag != "highway")
"""Text columns of every network's edges, beside ``highway`` and ``oneway`` (``yes`` or ``no``)."""

NODE_TAGS = ("barrier", "highway", *ACCESS_TAGS, *LIMIT_TAGS)
"""Text columns of every network's nodes: what stands in the road there."""

RESTRICTION_COLUMNS = (
    "relation_id", "kind", "vehicle", "from_way", "via_kind", "via_id", "to_way", "except_", "condition",
)  # fmt: skip
"""Columns of the turn restrictions.

`kind` such as ``no_left_turn``; `vehicle` such as ``hgv`` where the restriction binds it alone, else missing;
`via_kind` ``node`` or ``way``; `via_id` text, several via ways joined with ``;`` in driving order; `except_` the
vehicles that are exempt; `condition` the opening hours of a conditional restriction.
"""
