"""One year of a fit to several: what tables of one year are made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import xarray as xr

from equitymodel.data.cells.years import PERIOD_YEARS, one_year
from equitymodel.errors import OptionError
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.vocabulary import PERIOD, nearest

COUNTED = ("admissions", "admissions_low", "admissions_high", "population")
"""How names end of what is counted over a period, and so is given a year; in bands of age too."""


@dataclass(frozen=True, repr=False)
class YearOfFit(CellFit):
    """One year of a fit to several years: its cells and draws are those of that year, and counts are a year.

    Attributes
    ----------
    whole
        The fit to all years.
    period
        Which year.
    """

    whole: CellFit
    period: str

    @property
    def posterior(self) -> xr.Dataset:
        """The draws of this year, by the name of each quantity."""
        return _in_year(self.whole.posterior, self.period)

    @cached_property
    def ratio(self) -> xr.DataArray:
        """Standardised ratio of each cell in this year, draw by draw; 1 = as expected from need."""
        return self.whole.ratio.sel({PERIOD: self.period}, drop=True)

    def expected_under(self, adjustment: str | None = None) -> xr.DataArray:
        """Compute expected admissions a year under one adjustment, the fullest by default."""
        return self.of_year(self.whole.expected_under(adjustment))

    @cached_property
    def this_year(self) -> xr.DataArray:
        """Mean admissions a year with the noise of this year, count noise left out."""
        return self.of_year(self.whole.this_year)

    @property
    def of_whole_years(self) -> bool:
        """Whether the last period of all is a year."""
        return self.whole.of_whole_years

    def next_year(self, seed: int | None = None) -> xr.DataArray:
        """Predict the counts of the year after the last of all years."""
        return self.whole.next_year(seed)

    def of_year(self, admissions: xr.DataArray) -> xr.DataArray:
        """Take admissions of this year, a year, from those of all years; draws without years are only given a year."""
        own = admissions.sel({PERIOD: self.period}, drop=True) if PERIOD in admissions.dims else admissions
        return _a_year(own, _length(self.whole.cells, self.period))


def year_of(fit: CellFit, period: str | None = None) -> CellFit:
    """Give one year of a fit, by default the last; a fit to cells without years stays as it is.

    Parameters
    ----------
    fit, period
        A fit, and the label of the year.

    Returns
    -------
    CellFit
        Whatever takes a fit takes this one too. Admissions and person-years are a year.

    Raises
    ------
    OptionError
        When there is no such year.

    Examples
    --------
    >>> import equitymodel as em
    >>> cells, _ = em.simulate_cells(areas=4, procedures=1, seed=1)
    >>> fit = em.fit_model(em.load_model("gap_by_procedure"), cells, engine="laplace", seed=1)
    >>> year_of(fit) is fit
    True
    """
    if PERIOD not in fit.cells.dims:
        return fit
    known = [str(label) for label in fit.cells[PERIOD].values]
    chosen = known[-1] if period is None else str(period)
    if chosen not in known:
        raise OptionError(f"no period '{chosen}' in this fit. {nearest(chosen, known)}")
    cells, length = one_year(fit.cells, chosen), _length(fit.cells, chosen)
    counted = {name: _a_year(cells[name], length) for name in cells.data_vars if str(name).endswith(COUNTED)}
    return YearOfFit(
        spec=fit.spec, cells=cells.assign(counted), draws=fit.draws, diagnosis=fit.diagnosis, seed=fit.seed,
        versions=fit.versions, forced=fit.forced, accepted_prior=fit.accepted_prior, whole=fit, period=chosen,
    )  # fmt: skip


def _in_year(values: xr.Dataset, period: str) -> xr.Dataset:
    if PERIOD not in values.dims:
        return values
    return values.sel({PERIOD: period}, drop=True)


def _length(cells: xr.Dataset, period: str) -> float:
    """Give the length of a period in years."""
    return float(cells[PERIOD_YEARS].sel({PERIOD: period})) if PERIOD_YEARS in cells.coords else 1.0


def _a_year(values: xr.DataArray, length: float) -> xr.DataArray:
    return values if length == 1.0 else (values / length).assign_attrs(values.attrs)
