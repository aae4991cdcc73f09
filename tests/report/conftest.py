"""Fits that several tests of reports read: each is made once, by the fast engine."""

import pandas as pd
import pytest
import xarray as xr

from equitymodel.data.cells.read_cells import read_cells
from equitymodel.data.tables.groups import Group
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.report.evaluation_results import write_evaluation
from equitymodel.report.refresh_results import write_refresh
from equitymodel.report.results import make_results, write_results
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.simulate.simulated_groups import group_tables
from equitymodel.spec.library import load_model
from equitymodel.studies.change_point import ChangePoint
from tests.fitted_years import with_years
from tests.report.refreshed import write_two_reports

QUICK = Laplace(draws=100, points=32, enough_points=1.0, cores=1)
"""Too quick to pass a diagnosis: such fits are forced."""
AGES, NEEDS = 0.8, 1.3
"""By how much each adjustment raises what is expected of the most deprived, relative to the least."""


@pytest.fixture(scope="session")
def quick_results(quick_fit):
    """Everything that is published about the quick fit."""
    return make_results(quick_fit, options={"seed": 5}, force=True)


@pytest.fixture(scope="session")
def yearly_results(quick_fit):
    """Everything that is published about three years, in which the most deprived gained."""
    costs = {"procedure 01": 1.0, "procedure 02": 4.0}
    return make_results(with_years(quick_fit), force=True, unit_costs=costs)


@pytest.fixture(scope="session")
def group_years(group_results):
    """Three years of groups of ethnicity."""
    return with_years(group_results.fit)


@pytest.fixture(scope="session")
def group_cells():
    """Cells by ethnicity, which has no order."""
    tables = group_tables(areas=6, procedures=2, seed=3)
    return read_cells(tables.admissions, tables.population, groups=Group("ethnicity", "White British"), areas="any")


@pytest.fixture(scope="session")
def group_results(group_cells):
    """Everything that is published about groups of ethnicity."""
    fit = fit_model(load_model("group_by_procedure"), group_cells, engine="laplace", seed=1, laplace=QUICK)
    return make_results(fit, force=True)


@pytest.fixture(scope="session")
def sex_results():
    """Everything that is published about groups of sex, which are not adjusted for sex."""
    tables = group_tables(areas=4, procedures=1, seed=2)
    sums = [frame.groupby([name for name in frame.columns if name not in ("ethnicity", frame.columns[-1])])
            [frame.columns[-1]].sum().reset_index() for frame in (tables.admissions, tables.population)]  # fmt: skip
    cells = read_cells(*sums, groups=Group("sex", "F"), areas="any")
    fit = fit_model(load_model("group_by_procedure"), cells, engine="laplace", seed=1, laplace=QUICK)
    return make_results(fit, force=True)


@pytest.fixture(scope="session")
def need_fit():
    """A fit with three adjustments, each of a known worth: `AGES` and `NEEDS`."""
    cells, _ = simulate_cells(areas=4, procedures=2, seed=1)
    base = cells["expected_admissions"].isel(adjustment=0, drop=True)
    share = 1.0 - (cells["deprivation"] - 1) / (cells.sizes["deprivation"] - 1)
    versions = [base, base * AGES**share, base * AGES**share * NEEDS**share]
    expected = xr.concat(versions, xr.Variable("adjustment", ["population", "age_sex", "need"]))
    cells = cells.drop_vars(["expected_admissions", "adjustment"]).assign(expected_admissions=expected)
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", seed=1, laplace=QUICK)
    return fit.require_sound(force=True)


@pytest.fixture(scope="session")
def few_groups_fit():
    """A fit in which the first area has residents in groups 2 and 4 alone."""
    cells, _ = simulate_cells(areas=5, procedures=1, seed=1)
    gone = cells["ics"].isin(["area 01"]) & ~cells["deprivation"].isin([2, 4])
    cells = cells.assign(
        admissions=cells["admissions"].where(~gone),
        expected_admissions=cells["expected_admissions"].where(~gone),
        population=cells["population"].where(~gone, 0.0),
        offered=cells["offered"] & ~gone,
    )
    fit = fit_model(load_model("gap_by_procedure"), cells, engine="laplace", laplace=QUICK, seed=1)
    return fit.require_sound(force=True)


# Folders that several files read; none is written to


def folder_of(source, write=write_results):
    """Make a fixture of the folder that results are written to, once for all tests."""

    @pytest.fixture(scope="session")
    def folder(request, tmp_path_factory):
        return write(request.getfixturevalue(source), tmp_path_factory.mktemp(source) / "out")

    return folder


quick_folder, yearly_folder = folder_of("quick_results"), folder_of("yearly_results")
group_folder, units_folder = folder_of("group_results"), folder_of("units_evaluation", write_evaluation)


@pytest.fixture(scope="session")
def gap_folder(gap_evaluation, tmp_path_factory):
    """The folder of an evaluation without controls, with a change point explored."""
    starts = pd.DataFrame({"start": ["2018-10-01", "2018-11-01"], "probability": [0.2, 0.8], "log_evidence": [-1.4, 0.0],
                           "declared": [False, True]})  # fmt: skip
    out = tmp_path_factory.mktemp("gap") / "out"
    return write_evaluation(gap_evaluation, out, change_point=ChangePoint(gap_evaluation.plan, starts))


@pytest.fixture(scope="session")
def two_reports(gap_evaluation, tmp_path_factory):
    """Folders of an evaluation and of the same with a month revised; only to be read, or copied."""
    return write_two_reports(gap_evaluation, tmp_path_factory.mktemp("reports"))


@pytest.fixture(scope="session")
def refreshed_pair(two_reports):
    """What moved between the two, and the folder that says so."""
    return write_refresh(*two_reports, vintage="2100-01-15"), two_reports[1] / "refresh"
