"""`osm_file`: a small OpenStreetMap file from a few lines; the samples and test data that are real extracts."""

from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import quoteattr

import pytest

HELSINKI = Path(__file__).parents[2] / "data" / "helsinki-centre-2019.osm.pbf"
CROSS = {1: (24.90, 60.10), 2: (24.91, 60.10), 3: (24.92, 60.10), 4: (24.91, 60.11), 5: (24.91, 60.09)}
"""A crossroads: 1 - 2 - 3 from west to east, 4 - 2 - 5 from north to south."""


def osm_text(nodes, ways, relations=(), node_tags=None):
    """Return OpenStreetMap XML of {id: (lon, lat)}, [(id, [node ids], {tags})], [(id, [(kind, ref, role)], {tags})]."""

    def tags(them):
        return "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in them.items())

    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6" generator="test">']
    lines += [f'<node id="{n}" lon="{lon}" lat="{lat}" version="1">{tags((node_tags or {}).get(n, {}))}</node>'
              for n, (lon, lat) in nodes.items()]
    lines += [f'<way id="{w}" version="1">{"".join(f"<nd ref={chr(34)}{n}{chr(34)}/>" for n in refs)}{tags(t)}</way>'
              for w, refs, t in ways]
    for relation, members, t in relations:
        inside = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{relation}" version="1">{inside}{tags(t)}</relation>')
    return "\n".join([*lines, "</osm>"])


@pytest.fixture
def osm_file(tmp_path):
    """Return a function that writes `osm_text` to a file and gives its path."""

    def write(nodes, ways, relations=(), node_tags=None, name="town.osm"):
        path = tmp_path / name
        path.write_text(osm_text(nodes, ways, relations, node_tags), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def monaco_pbf():
    """Path of the extract of Monaco that ships as a sample."""
    return Path(str(files("gisdata") / "samples" / "monaco" / "monaco.osm.pbf"))


@pytest.fixture(scope="session")
def monaco(monaco_pbf):
    """The roads of Monaco."""
    from gisdata import read_osm

    return read_osm(monaco_pbf)


@pytest.fixture(scope="session")
def helsinki():
    """The roads of the clipped extract of Helsinki."""
    from gisdata import read_osm

    return read_osm(HELSINKI)
