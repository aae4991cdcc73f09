import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType

import pytest

from equitymodel.errors import OptionError
from equitymodel.inference.cores import sharing_cores
from equitymodel.inference.jobs.executors import SerialExecutor, choose_executor, interrupts_held_back, open_executor

pytestmark = pytest.mark.unit


def script(monkeypatch, path, text):
    path.write_text(text)
    main = ModuleType("__main__")
    main.__file__, main.__spec__ = str(path), None
    monkeypatch.setitem(sys.modules, "__main__", main)


def test_by_default_processes_run_many_jobs_and_nobody_else_one():
    assert choose_executor(None, 2, 2) == "processes"
    assert choose_executor(None, 1, 2) == "serial"
    assert choose_executor(None, 2, 1) == "serial"


def test_a_job_begins_no_processes_of_its_own():
    with sharing_cores(1):
        assert choose_executor(None, 9, 9) == "serial"


def test_a_script_without_a_guard_begins_no_processes_and_says_why_if_asked(monkeypatch, tmp_path):
    script(monkeypatch, tmp_path / "a.py", "import equitymodel\n")
    assert choose_executor(None, 9, 9) == "serial"
    with pytest.raises(OptionError, match=r"if __name__ == '__main__'.*executor='serial'"):
        choose_executor("processes", 9, 9)


def test_a_script_with_a_guard_begins_processes(monkeypatch, tmp_path):
    script(monkeypatch, tmp_path / "a.py", "if __name__ == '__main__':\n    pass\n")
    assert choose_executor(None, 9, 9) == choose_executor("processes", 9, 9) == "processes"


def test_an_unknown_executor_is_refused():
    with pytest.raises(OptionError, match=r"no executor 'proceses'.*processes"):
        choose_executor("proceses", 2, 2)


def test_an_executor_that_was_given_is_taken_as_it_is():
    with ThreadPoolExecutor(1) as pool:
        assert open_executor(choose_executor(pool, 2, 2), 2) is pool


def test_threads_and_this_thread_are_opened_by_name():
    assert isinstance(open_executor("serial", 1), SerialExecutor)
    with open_executor("threads", 2) as pool:
        assert isinstance(pool, ThreadPoolExecutor)


def test_an_interruption_goes_through_this_thread():
    def interrupt():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SerialExecutor().submit(interrupt)


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held back here")
def test_processes_begun_while_interrupts_are_held_back_never_hear_them():
    ask = "import signal; print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))"
    with interrupts_held_back():
        inside = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout
    assert inside.strip() == "True"
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
