"""Settings of the whole test run: how hypothesis searches, and that nothing is skipped where nothing may be."""

import os

import pytest
from hypothesis import settings

NO_SKIP = bool(os.environ.get("ROUTEBOOK_NO_SKIP"))

settings.register_profile("routebook", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("routebook")


def _refused(report):
    """Turn a skip into a failure that keeps its reason; an expected failure is no skip."""
    if NO_SKIP and report.outcome == "skipped" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[-1] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"ROUTEBOOK_NO_SKIP is set, yet: {reason}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    return _refused((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector):
    return _refused((yield))
