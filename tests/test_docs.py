"""What the documentation shows is true: the README's program runs, the commands exist, the tables are the schema's."""

import re
import runpy
import shlex
from pathlib import Path

import pytest

import gisdata
import routing
from routing.cli import _parser, main

TOP = Path(__file__).parents[1]
README = (TOP / "README.md").read_text(encoding="utf-8")
PAGES = [TOP / "README.md", *sorted((TOP / "docs").glob("*.md"))]


def _blocks(path, language):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def test_the_quickstart_runs_as_printed(tmp_path, monkeypatch):
    """Twelve lines from the README, word for word, in an empty folder: a plan without violations, and its map."""
    (program,) = _blocks(TOP / "README.md", "python")
    monkeypatch.chdir(tmp_path)
    names = {}

    exec(compile(program, "README.md", "exec"), names)  # noqa: S102

    assert len(program.splitlines()) == 12
    assert names["plan"].routes
    assert (tmp_path / "out" / "plan.html").stat().st_size > 100_000


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_programs_use_names_that_exist(path):
    """Every `gisdata.x` and `routing.x` of a page is a public name."""
    used = re.findall(r"\b(gisdata|routing)\.([a-z_]\w*|[A-Z]\w*)\b", path.read_text(encoding="utf-8"))
    known = {"gisdata": set(gisdata.__all__), "routing": set(routing.__all__)}
    modules = {"schema", "samples", "profiles", "ways", "detours", "network", "interop", "areas", "loading", "siting",
               "demand", "export", "territories", "model", "centres", "packs"}

    assert [f"{package}.{name}" for package, name in used if name not in known[package] | modules] == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_commands_are_understood(path):
    """Every `routebook ...` of a console block has words and options that the command knows."""
    for block in _blocks(path, "console"):
        for words, _ in _commands(block):
            assert _parser().parse_args(words).run


def test_the_readme_shows_what_the_commands_print(tmp_path, monkeypatch, capsys):
    """The first console block of the README, run: the same lines, but for figures that hang on the solver's version."""
    block = _blocks(TOP / "README.md", "console")[0].replace("$town", str(TOP / "gisdata" / "samples" / "monaco"))
    monkeypatch.chdir(tmp_path)

    for words, shown in _commands(block):
        assert main(words) == 0
        assert _without_figures(capsys.readouterr().out) == _without_figures(shown)


def _commands(block):
    """Pairs of the words after ``routebook`` and the lines shown below, for each such command of a console block."""
    for part in block.replace("\\\n", "").split("$ ")[1:]:
        command, shown = part.split("\n", maxsplit=1)
        if command.startswith("routebook "):
            yield shlex.split(command)[1:], shown


def _without_figures(text):
    return re.sub(r"\d[\d,]*\.\d+", "0.0", text)


def test_the_page_of_tables_is_that_of_the_schema():
    """docs/tables.md is what scripts/make_tables_page.py writes; run it after changing gisdata/schema.py."""
    page = runpy.run_path(str(TOP / "scripts" / "make_tables_page.py"))["page"]

    assert (TOP / "docs" / "tables.md").read_text(encoding="utf-8") == page()


def test_the_page_of_engines_is_what_they_declare():
    """docs/engines.md is what scripts/make_engines_page.py writes; run it after an engine has learnt a rule."""
    page = runpy.run_path(str(TOP / "scripts" / "make_engines_page.py"))["page"]

    assert (TOP / "docs" / "engines.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    """Every link to a file of this repository finds it."""
    links = re.findall(r"\]\(([^)#:]+)\)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []
