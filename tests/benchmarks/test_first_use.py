"""The page of first use: which part code belongs to, and what its limits hold."""

import pytest
from first_use import COMPILING, IMPORTS, LANGUAGE, Timed, limits, part_of

pytestmark = pytest.mark.unit
HERE = "/somewhere/equitymodel"


@pytest.mark.parametrize(
    ("calls", "part"),
    [
        (["numpy/lib.py:quantile", f"{HERE}/estimands/summary.py:summarise", f"{HERE}/report/results.py:_tables"], "tables"),
        (["xarray/core.py:sum", f"{HERE}/data/cells/same_labels.py:aligned", f"{HERE}/estimands/rates.py:shortfall"],
         "gaps, routes and years, draw by draw"),
        ([f"{HERE}/report/plots/drawn.py:svg_of", f"{HERE}/report/html/document_page.py:page_of"], "pictures"),
        ([f"{HERE}/inference/grouped/predict.py:draw_ratios", f"{HERE}/inference/fit_model.py:diagnose"], "model: diagnosis"),
        ([f"{HERE}/inference/grouped/predict.py:draw_ratios", f"{HERE}/report/results.py:_tables"],
         "model: admissions of this year and the next"),
        (["<frozen importlib._bootstrap>:_load", f"{HERE}/inference/fit_model.py:diagnose"], IMPORTS),
        (["<frozen importlib._bootstrap_external>:source_to_code", "<frozen importlib._bootstrap>:_load"], COMPILING),
        (["numba/core/dispatcher.py:compile", f"{HERE}/inference/fit_model.py:diagnose"], COMPILING),
        (["threading.py:wait"], LANGUAGE),
    ],
)  # fmt: skip
def test_time_goes_to_the_part_whose_code_runs(calls, part):
    assert part_of(calls) == part


def test_a_limit_is_missed_by_the_clock_and_by_a_part_that_is_no_modelling():
    slow = Timed(31.0, 40.0, 100.0, {"model: fit": 31.0, "tables": 9.0})
    quick = Timed(14.0, 20.0, 100.0, {"model: fit": 17.0, "tables": 3.0})
    rows = list(limits({("demo", "second"): slow, ("run", "second"): quick}))
    assert [row[-1] for row in rows] == ["miss", "pass", "miss", "pass"]
    assert rows[2][1] == "tables: 22%"
