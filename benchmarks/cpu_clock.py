"""Run programs on a clock of their own processor time, where that can be had: Linux with a C compiler."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

PROCESSORS = "CPU_CLOCK_PROCESSORS"
"""Environment variable: on how many processors at once the program works; its clock runs by the time of each."""


def environment(folder):
    """Return the environment that puts a process and its children on the clock; None where it cannot be had."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if not compiler or not sys.platform.startswith("linux"):
        return None
    library = Path(folder) / "cpu_clock.so"
    source = Path(__file__).with_name("cpu_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return {**os.environ, "LD_PRELOAD": str(library)}


def folder():
    """Return a folder for the library that goes when the program ends."""
    return tempfile.TemporaryDirectory(prefix="cpu-clock-")
