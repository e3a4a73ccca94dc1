"""Instance files with something broken in them: a problem, or an error that says what; never anything else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gisdata.errors import GisDataError
from routing.errors import UnsupportedRuleError
from routing.interop import read_instance

from .test_text_instances import CORDEAU, DUHAMEL, LI_LIM, SOLOMON, TAILLARD

VRPLIB = (Path(__file__).parents[2] / "data" / "PR11.vrp").read_text(encoding="utf-8")
FORMS = {"vrplib": VRPLIB, "solomon": SOLOMON, "li_lim": LI_LIM, "cordeau": CORDEAU, "taillard": TAILLARD,
         "duhamel": DUHAMEL}
INSTEAD = ("", "0", "-1", "1", "2", "7.5", "1e400", "nan", "-0", "99999999999", "x", "EOF", "\n", ":", "A : 1", "#")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_broken_file_gives_a_problem_or_an_error_of_ours(tmp_path, form, data):
    """Up to three words of the file are replaced."""
    words = FORMS[form].replace("\n", " \n ").split(" ")
    for _ in range(data.draw(st.integers(1, 3))):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(st.sampled_from(INSTEAD))
    path = tmp_path / "broken.txt"
    path.write_text(" ".join(words), encoding="utf-8")

    try:
        told = repr(read_instance(path))
    except (GisDataError, UnsupportedRuleError) as error:
        told = str(error)
    assert told.startswith("<Problem") or str(path) in told
