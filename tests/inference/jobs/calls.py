"""What the jobs of tests call; found by name in any process."""

import os
import threading
import time

from equitymodel.errors import SpecError
from equitymodel.inference.cores import available_cores


def double(number):
    return {"double": 2 * number}


def refuse(number):
    raise SpecError(f"{number} has no meaning")


def say_cores():
    return available_cores()


def count(number, folder):
    """Leave a mark for each call, so that tests can say how often there was one."""
    (folder / f"{number} {time.monotonic_ns()}").touch()
    return {"number": number / 3}


def die():
    os._exit(7)


class LocalError(Exception):
    """An error that cannot go to another process: it is made of two arguments and says one."""

    def __init__(self, one, other):
        super().__init__(one)
        self.other = other


def raise_local():
    raise LocalError("one", threading.Lock())


def sleep_long(seconds):
    time.sleep(seconds)
