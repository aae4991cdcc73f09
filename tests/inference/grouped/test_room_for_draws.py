"""Room for draws in memory and in temporary files: the same arrays, and memory that is given back."""

import os
import resource
import tempfile
from collections import namedtuple
from pathlib import Path

import numpy as np
import pytest

from equitymodel.inference.grouped import room_for_draws
from equitymodel.inference.grouped.room_for_draws import RoomForDraws
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.library import load_model

pytestmark = pytest.mark.unit
SHAPES = {"level": (6, 3, 4), "national": (6,), "none": (6, 0)}
needs_linux = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")


@pytest.fixture
def on_disk(monkeypatch):
    """Send everything to files."""
    monkeypatch.setattr(room_for_draws, "IN_MEMORY", 0)


def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def write(room):
    values = np.random.default_rng(1).standard_normal((6, 3, 4))
    for places in (np.array([4, 5]), np.array([0, 2]), np.array([1, 3])):
        room.write("level", places, values[places])
    return values


def test_few_draws_stay_in_memory():
    room = RoomForDraws(SHAPES)
    values = write(room)
    assert not room.files
    np.testing.assert_array_equal(room.arrays["level"], values)


def test_what_was_written_to_files_is_read_from_arrays(on_disk):
    room = RoomForDraws(SHAPES)
    values = write(room)
    assert len(room.files) == 2
    assert {name: array.shape for name, array in room.arrays.items()} == SHAPES
    np.testing.assert_array_equal(room.arrays["level"], values)
    assert room.arrays["level"].dtype == float


def test_files_are_written_as_arrays_where_they_cannot_be_written_at_a_place(on_disk, monkeypatch):
    monkeypatch.delattr(os, "pwrite")
    monkeypatch.delattr(os, "posix_fallocate")
    room = RoomForDraws(SHAPES)
    np.testing.assert_array_equal(write(room), room.arrays["level"])


def test_arrays_outlive_the_room(on_disk):
    room = RoomForDraws(SHAPES)
    values, array = write(room), room.arrays["level"]
    del room
    array[0] += 1.0
    np.testing.assert_array_equal(array[1:], values[1:])


def test_files_leave_nothing_behind(on_disk, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    room = RoomForDraws(SHAPES)
    assert room.files
    del room
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("free", [0, 10**15])
def test_draws_stay_in_memory_where_the_disk_is_full(on_disk, monkeypatch, free):
    """Whether it is seen to be full before, or found full when the file is made."""

    def refuse(*_):
        raise OSError(28, "No space left on device")

    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(room_for_draws.shutil, "disk_usage", lambda _: usage(free, 0, free))
    monkeypatch.setattr(room_for_draws.tempfile, "TemporaryFile", refuse)
    room = RoomForDraws(SHAPES)
    assert not room.files
    np.testing.assert_array_equal(write(room), room.arrays["level"])


def test_draws_stay_in_memory_where_there_is_no_folder_for_files(on_disk, monkeypatch):
    def refuse():
        raise FileNotFoundError(2, "No usable temporary directory found")

    monkeypatch.setattr(room_for_draws.tempfile, "gettempdir", refuse)
    assert not RoomForDraws(SHAPES).files


@needs_linux
def test_writing_to_files_takes_no_memory(on_disk):
    room = RoomForDraws({"level": (64, 125_000)})
    piece, before = np.ones((1, 125_000)), resident()
    for draw in range(64):
        room.write("level", np.array([draw]), piece)
        assert resident() - before < 24_000_000
    assert room.arrays["level"].sum() == 64 * 125_000


def test_a_fit_is_the_same_in_memory_and_in_files(monkeypatch):
    cells, _ = simulate_cells(areas=5, procedures=2, seed=1)
    settings = Laplace(draws=30, points=32, enough_points=1.0)
    trees = []
    for most in (10**9, 0):
        monkeypatch.setattr(room_for_draws, "IN_MEMORY", most)
        trees.append(sample_laplace(load_model(), cells, settings=settings, seed=1))
    assert trees[0].identical(trees[1])
