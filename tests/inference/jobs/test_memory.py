import pytest

import equitymodel as em
from equitymodel.errors import MemoryShortageError
from equitymodel.inference.jobs import memory
from equitymodel.inference.jobs.memory import (
    RESULTS_FIXED,
    WORKER,
    default_series_draws,
    estimate_cells_memory,
    estimate_results_size,
    estimate_series_memory,
    kept_draws,
    require_memory,
    workers_in_memory,
)

pytestmark = pytest.mark.unit
GIGABYTE = 1_000_000_000


@pytest.fixture
def free(monkeypatch):
    def set_free(size):
        monkeypatch.setattr(memory, "free_memory", lambda: size)

    return set_free


@pytest.fixture(scope="module")
def cells():
    return em.simulate_cells(areas=3, procedures=2, seed=1)[0]


def test_more_draws_and_more_cells_take_more(cells):
    assert estimate_cells_memory(cells, 0) < estimate_cells_memory(cells, 400) < estimate_cells_memory(cells)
    assert estimate_cells_memory(cells.isel(procedure=[0])) < estimate_cells_memory(cells)
    series, _ = em.simulate_series(seed=1)
    assert estimate_series_memory(series, 10) < estimate_series_memory(series) == estimate_series_memory(series, 4000)
    assert estimate_series_memory(series.isel(period=slice(12))) < estimate_series_memory(series)


def test_draws_are_those_of_the_settings_over_all_chains():
    assert kept_draws(None, None) == 4000
    assert kept_draws(em.Laplace(draws=10, chains=3), None) == kept_draws(None, em.Laplace(draws=10, chains=3)) == 30


def test_many_series_keep_fewer_draws():
    assert [default_series_draws(size) for size in (60, 12_600, 252_000)] == [4000, 952, 400]


def test_a_fit_that_does_not_fit_is_refused_with_both_figures_and_the_way_out(free):
    free(1.5 * GIGABYTE)
    with pytest.raises(
        MemoryShortageError, match=r"about 2\.0 GB of memory, and 1\.5 GB are free; ask for fewer draws"
    ):
        require_memory(2 * GIGABYTE)
    require_memory(1 * GIGABYTE)
    free(None)
    require_memory(2 * GIGABYTE)


def test_fits_ask_before_they_begin(free, cells):
    free(1)
    with pytest.raises(MemoryShortageError, match="fewer draws"):
        em.fit_model("gap_by_procedure", cells, engine="laplace", seed=1)
    series, truth = em.simulate_series(seed=1)
    with pytest.raises(MemoryShortageError, match="fewer draws"):
        em.inference.fit_interruption(series, truth.plan, seed=1)


def test_as_many_workers_as_have_memory_for_the_largest_jobs(free):
    needed = [1 * GIGABYTE, 3 * GIGABYTE, 2 * GIGABYTE]
    free(5 * GIGABYTE)
    assert workers_in_memory(needed, 3, processes=False) == 2
    free(5 * GIGABYTE + WORKER)
    assert workers_in_memory(needed, 3, processes=True) == 1
    free(5 * GIGABYTE + 2 * WORKER)
    assert workers_in_memory(needed, 3, processes=True) == 2
    free(2 * GIGABYTE)
    with pytest.raises(MemoryShortageError, match=r"3\.0 GB"):
        workers_in_memory(needed, 3, processes=False)


def test_where_nothing_is_known_all_workers_run(free):
    free(None)
    assert workers_in_memory([9 * GIGABYTE] * 9, 9, processes=True) == 9
    free(1)
    assert workers_in_memory([0, 0], 2, processes=True) == 2


def test_results_of_more_cells_and_more_draws_are_larger():
    small, large = (em.simulate_cells(areas=areas, seed=1)[0] for areas in (2, 4))
    of_draws = estimate_results_size(small, 2000) - RESULTS_FIXED
    assert estimate_results_size(large, 2000) - RESULTS_FIXED == pytest.approx(2 * of_draws, abs=2)
