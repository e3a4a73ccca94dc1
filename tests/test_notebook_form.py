"""The notebooks keep their form: a story with a question and a decision, short cells, clean outputs, repeatable."""

import ast
import json
import re
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
KEPT = {"nbval-check-output", "keep_output"}
SHORT_TEXT, PREVIEW = 2_000, 60_000
MOST_LINES, MOST_LINES_OF_A_FUNCTION = 12, 5


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.name)
def notebook(request):
    return json.loads(request.param.read_text(encoding="utf-8"))


@pytest.fixture
def code(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _source(cell):
    return "".join(cell["source"])


def _tags(cell):
    return set(cell["metadata"].get("tags", []))


def _functions(cell):
    return [node for node in ast.walk(ast.parse(_source(cell))) if isinstance(node, ast.FunctionDef)]


def test_notebooks_are_numbered_without_gaps():
    """01-first-plan.ipynb, 02-..., in the order they are to be read."""
    names = [path.name for path in NOTEBOOKS]

    assert names
    assert all(re.fullmatch(rf"{i:02d}-[a-z0-9-]+\.ipynb", name) for i, name in enumerate(names, start=1))


def test_it_opens_with_a_title_and_the_decision_then_parameters(notebook, code):
    """A heading and the decision it helps with; the first code cell is tagged `parameters` and only assigns."""
    first, second = notebook["cells"][:2]

    assert _source(first).startswith("# ")
    assert "ecision" in _source(first) + (_source(second) if second["cell_type"] == "markdown" else "")
    assert ["parameters" in _tags(cell) for cell in code] == [True] + [False] * (len(code) - 1)
    assert all(isinstance(node, ast.Assign) for node in ast.parse(_source(code[0])).body)


def test_it_ends_with_the_numbers_that_matter(code):
    """The last code cell asserts them."""
    assert any(isinstance(node, ast.Assert) for node in ast.parse(_source(code[-1])).body)


def test_cells_ran_once_from_top_to_bottom(code):
    """Execution counts are 1..N."""
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))


def test_cells_are_short(code):
    """At most 12 lines a cell and 5 a function: more belongs in the package."""
    assert [_source(cell) for cell in code if len(_source(cell).splitlines()) > MOST_LINES] == []
    assert [f.name for cell in code for f in _functions(cell)
            if f.end_lineno - f.lineno + 1 > MOST_LINES_OF_A_FUNCTION] == []


def test_outputs_are_stripped(code):
    """Only short text under both tags, and one preview of at most 60 kB, may stay."""
    previews = 0
    for cell in code:
        size = len(json.dumps(cell["outputs"]))
        kinds = {kind for output in cell["outputs"] for kind in output.get("data", {"text/plain": ""})}
        if kinds & {"image/png", "image/svg+xml", "text/html"}:
            previews += 1
            assert "keep_output" in _tags(cell)
            assert size <= PREVIEW
        elif cell["outputs"]:
            assert _tags(cell) >= KEPT
            assert size <= SHORT_TEXT
        else:
            assert not _tags(cell) & KEPT, "a stripped cell passes whatever it prints"
    assert previews <= 1


def test_it_is_repeatable_anywhere(code):
    """A seed, search limited by counted work and never by time, shipped samples only, no path and no address."""
    source = "\n".join(_source(cell) for cell in code)

    assert re.search(r"\bseed\b", source)
    assert not re.search(r"\bseconds\s*=", source)
    assert not re.search(r"://|/home/|/tmp/|[A-Z]:\\", source)
    assert "download" not in source


def test_it_names_no_machine(notebook):
    """Any Python 3 kernel opens it, and it carries no widget state."""
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert set(notebook["metadata"]) <= {"kernelspec", "language_info"}
