"""Rules of the house that no linter knows: names, portability, what may talk to the network, size of files."""

import ast
from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
MODULES = sorted(path for package in ("gisdata", "routing") for path in (TOP / package).rglob("*.py"))

MAY_CONNECT = {"gisdata/sources/geocoders.py", "gisdata/sources/overpass.py"}
NETWORK = {"requests", "urllib", "urllib3", "http", "httpx", "socket", "ssl", "ftplib", "aiohttp"}
PICKLES = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
POSIX_MODULES = {"fcntl", "grp", "posix", "pwd", "resource", "termios", "tty", "pty"}
POSIX_CALLS = {
    "os.chown", "os.fork", "os.forkpty", "os.getpgid", "os.getpgrp", "os.getuid", "os.geteuid", "os.killpg",
    "os.lchown", "os.mkfifo", "os.setpgid", "os.setsid", "os.sched_getaffinity", "os.statvfs", "os.sync",
    "os.uname", "os.wait", "os.O_DIRECTORY", "signal.SIGALRM", "signal.SIGHUP", "signal.SIGKILL", "signal.SIGUSR1",
    "signal.alarm", "signal.pause", "signal.setitimer", "time.tzset",
}


def _name(path):
    return path.relative_to(TOP).as_posix()


def _imported(tree):
    """Top-level names of all modules imported anywhere in the file."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_is_portable_and_closed(path):
    """No POSIX-only call, no pickle, and nothing but two sources may open a connection."""
    tree = _tree(path)
    imported = set(_imported(tree))
    used = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}

    assert not imported & POSIX_MODULES
    assert not used & POSIX_CALLS
    assert not imported & PICKLES
    assert _name(path) in MAY_CONNECT or not imported & NETWORK


@pytest.mark.parametrize("path", MODULES, ids=_name)
def test_module_says_what_it_is_and_stays_readable(path):
    """Every module opens with a docstring, and none is longer than 500 lines."""
    tree = _tree(path)

    assert ast.get_docstring(tree) or not tree.body
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 500


@pytest.mark.parametrize("name", ["routing.py", "gisdata.py"])
def test_no_file_hides_a_package(name):
    """A file of that name in the working folder would be imported instead of the package."""
    assert [path for path in TOP.rglob(name) if not {".venv", "build"} & set(path.relative_to(TOP).parts)] == []
