import subprocess
import sys

import pytest

from equitymodel.cli import kept_memory

pytestmark = pytest.mark.unit
FAULTS = """
import resource
import numpy as np
from equitymodel.cli.kept_memory import keep_freed_memory
kept = {keep} and keep_freed_memory()
for _ in range(3):
    np.ones(8_000_000)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(20):
    np.ones(8_000_000)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def _pages_asked_for(*, keep):
    code = FAULTS.format(keep=keep)
    env = {"NUMPY_MADVISE_HUGEPAGE": "0"}
    return int(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env).stdout)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only the GNU C library has this setting")
def test_arrays_take_the_memory_of_those_before_them():
    assert _pages_asked_for(keep=True) < 0.1 * _pages_asked_for(keep=False)


def test_other_systems_stay_as_they_are(monkeypatch):
    monkeypatch.setattr(kept_memory.sys, "platform", "win32")
    assert kept_memory.keep_freed_memory() is False
