"""`routebook path`: the way, others, why it is so, and the files."""

import json
import xml.etree.ElementTree as ET

import pytest

from routing.cli import main

GPX = "{http://www.topografix.com/GPX/1/1}"
WAY = ["path", "--roads", "sample:monaco", "--from", "7.41765,43.73731", "--to", "7.43421,43.7472"]


def test_ways_turn_list_and_files(tmp_path, capsys):
    """One line a way, then the manoeuvres of the first; GeoJSON, GPX and map say the same."""
    out = tmp_path / "出 车"

    code = main([*WAY, "--profile", "van", "--alternatives", "2", "--out", str(out)])

    said = capsys.readouterr().out.splitlines()
    features = json.loads((out / "ways.geojson").read_text(encoding="utf-8"))["features"]
    tree = ET.parse(out / "ways.gpx").getroot()  # noqa: S314 - a file of our own
    assert code == 0
    assert said[0].startswith("1. via ")
    assert any("Arrive" in line for line in said)
    assert [feature["properties"]["way"] for feature in features] == list(range(1, len(features) + 1))
    assert len(tree.findall(f"{GPX}trk")) == len(tree.findall(f"{GPX}rte")) == len(features)
    assert len(tree.find(f"{GPX}trk").findall(f".//{GPX}trkpt")) == len(features[0]["geometry"]["coordinates"])
    assert (out / "ways.html").stat().st_size > 100_000


def test_a_detour_explained_in_chinese(capsys):
    """Why the truck goes around, before its way."""
    code = main([*WAY, "--profile", "truck", "--explain", "--language", "zh"])

    said = capsys.readouterr().out
    assert code == 0
    assert "Pont Sainte-Dévote" in said.partition("1. via")[0]
    assert "限重（maxweight=7.5）" in said
    assert "到达" in said


def test_a_place_out_of_reach_ends_with_the_code_for_roads(capsys):
    """With the explanation, and without one."""
    words = ["path", "--roads", "sample:monaco", "--from", "7.42845,43.74209", "--to", "7.43229,43.74796", "--profile",
             "truck"]

    assert main([*words, "--explain"]) == 3
    assert "maxweight=3.5" in capsys.readouterr().out
    assert main(words) == 3
    assert "no road for truck" in capsys.readouterr().err


@pytest.mark.parametrize(("words", "text"), [
    (["--from", "here"], "LON,LAT"), (["--profile", "lorry"], "no profile"), (["--alternatives", "0"], "1 or more"),
])
def test_wrong_words_are_told(words, text, capsys):
    """Each in one message with what to write; later words overrule earlier ones."""
    try:
        code = main([*WAY, *words])
    except SystemExit as stopped:
        code = stopped.code

    assert code in {2, 3}
    assert text in capsys.readouterr().err
