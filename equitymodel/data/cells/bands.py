"""Age bands that are modelled separately: which ages each holds, and how cells carry them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.cells.area_covariates import COVARIATES
from equitymodel.data.cells.rate_error import RateError
from equitymodel.data.tables.files import Source
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.strata import OLDEST, band_edges, band_label, parse_age_bands
from equitymodel.data.tables.suppression import HIGH, LOW, count_bounds, count_variables
from equitymodel.errors import OptionError
from equitymodel.vocabulary import AGE_BAND, PERIOD, PROCEDURE, SEX, of_need

RULES = (
    Rule(
        "S10",
        "error",
        "the age bands to be modelled apart do not fit the ages of the admissions",
        "let each age group of the admissions lie in one band and each band hold some, or let --age-bands auto choose",
    ),
)
AgeBands = Sequence[str] | bool
"""Bands such as ``("0-44", "45-64", "65+")``; true to choose them from the ages of the data."""
USUAL = (45, 65, 75)
"""Where the four broad bands of hospital statistics begin, after the youngest."""
NEAR = 10
"""A band may begin this many years from where it usually does, if the data have no such age."""
BAND = "band"
BAND_SHARE = "band_share"
PREFIX = "band_"


@dataclass(frozen=True)
class Ages:
    """How age and sex are adjusted for, beyond what every table gets.

    Attributes
    ----------
    bands
        To model broad age bands separately, where age acts differently by deprivation: the bands, such
        as ``("0-44", "45-64", "65+")``, or true to have them chosen from the ages of the data.
        Results are per procedure all the same, directly standardised over the bands.
    sexes_apart
        Whether the sexes are modelled separately too, within the bands.
    rate_error
        To draw the reference rates by age and sex, rather than take them as known.
    rates
        Reference rates from elsewhere, where admissions have no age: a table; see `read_rates`.

    Examples
    --------
    >>> Ages(("0-44", "45-64", "65+")).apart, Ages().apart
    (True, False)
    """

    bands: AgeBands = False
    sexes_apart: bool = False
    rate_error: RateError | None = None
    rates: Source | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        """Check that the parts go together.

        Raises
        ------
        OptionError
            When the sexes are to be apart and the ages are not, or bands are neither labels nor true or false.
        """
        refuse_other_fields(self)
        if isinstance(self.bands, str):
            raise OptionError(f"age bands are a list of labels, such as ('0-64', '65+'), not {self.bands!r}")
        if self.sexes_apart and not self.apart:
            raise OptionError("sexes_apart goes with age bands, which say which ages are modelled apart")

    @property
    def apart(self) -> bool:
        """Whether age bands are modelled separately."""
        return self.bands is not False


def choose_bands(labels: Sequence[str], wanted: AgeBands, log: DataLog) -> dict[str, list[str]]:
    """Put every age group of the data into the band it is modelled with.

    Parameters
    ----------
    labels
        Age groups of the data, as `parse_age_bands` writes them.
    wanted
        The bands, or true for the usual four as far as the age groups allow.
    log
        Where rules S01 to S04 (bands that cannot be read, overlap or leave a gap) and S10 (bands
        that do not fit the ages of the data) are recorded.

    Returns
    -------
    dict
        For each band its age groups, both from the youngest.

    Raises
    ------
    EquityDataError
        When a rule is broken.

    Examples
    --------
    >>> choose_bands(["00-17", "18-44", "45-69", "70+"], True, DataLog())
    {'00-44': ['00-17', '18-44'], '45-69': ['45-69'], '70+': ['70+']}
    >>> choose_bands(["00-17", "18-44", "45-69", "70+"], ("0-44", "45+"), DataLog())
    {'00-44': ['00-17', '18-44'], '45+': ['45-69', '70+']}
    """
    ages = _edges(labels)
    bands = _usual_bands(ages) if isinstance(wanted, bool) else list(parse_age_bands(pd.Series(list(wanted)), log))
    log.raise_errors()
    starts_ends = _edges(bands)
    for label, (low, high) in ages.items():
        across = [band for band, (start, end) in starts_ends.items() if start < high and low < end]
        if not across:
            log.add("S10", detail=f"no band holds ages {label}")
        elif len(across) > 1 or starts_ends[across[0]][0] > low or starts_ends[across[0]][1] < high:
            log.add(
                "S10", detail=f"ages {label} do not lie within one band, but across the ends of {' and '.join(across)}"
            )
    members = {
        band: [label for label, (low, high) in ages.items() if start <= low and high <= end]
        for band, (start, end) in starts_ends.items()
    }
    if empty := [band for band, held in members.items() if not held]:
        log.add("S10", detail=f"no ages of the data lie in {' or '.join(empty)}")
    if len(members) < 2:
        log.add("S10", detail=f"age groups {', '.join(ages)} make fewer than two bands")
    log.raise_errors()
    return members


def _edges(labels: Sequence[str]) -> dict[str, tuple[int, int]]:
    return {label: edges for label in sorted(labels) if (edges := band_edges(label))}


def _usual_bands(ages: Mapping[str, tuple[int, int]]) -> list[str]:
    """Begin each band where the data have an age group that begins nearest to the usual place."""
    starts = sorted(low for low, _ in ages.values())
    inner = starts[1:]
    near = (min(inner, key=lambda start: (abs(start - usual), start)) for usual in USUAL if inner)
    begins = sorted({start for start, usual in zip(near, USUAL, strict=False) if abs(start - usual) <= NEAR})
    last = max((high for _, high in ages.values()), default=OLDEST)
    return [band_label(low, high) for low, high in zip([*starts[:1], *begins], [*begins, last], strict=False)]


def stratum_sets(bounds: xr.Dataset, ages: Ages, log: DataLog) -> dict[str, dict[str, list[str]]]:
    """Name the strata of each band, and of each sex within it if sexes are separate.

    Parameters
    ----------
    bounds
        What admissions may be, by cell and stratum.
    ages
        The bands, and whether the sexes are modelled separately too.
    log
        Where rule S10 is recorded.

    Returns
    -------
    dict
        For each band, what to select by stratum.

    Raises
    ------
    EquityDataError
        When the bands do not fit, or the admissions have no ages or, if wanted, no sexes.

    Examples
    --------
    >>> both = xr.Dataset(coords={"age_band": ["00-44", "45+"], "sex": ["F", "M"]})
    >>> list(stratum_sets(both, Ages(True, sexes_apart=True), DataLog()))
    ['00-44, F', '00-44, M', '45+, F', '45+, M']
    """
    for dim in (AGE_BAND, *([SEX] if ages.sexes_apart else [])):
        if dim not in bounds.dims:
            log.add("S10", detail=f"admissions have no {dim}, or their reference rates come from elsewhere")
    log.raise_errors()
    members = choose_bands([str(label) for label in bounds[AGE_BAND].values], ages.bands, log)
    if not ages.sexes_apart:
        return {band: {AGE_BAND: held} for band, held in members.items()}
    sexes = [str(sex) for sex in bounds[SEX].values]
    return {f"{band}, {sex}": {AGE_BAND: held, SEX: [sex]} for band, held in members.items() for sex in sexes}


def with_bands(cells: xr.Dataset, banded: Sequence[xr.Dataset]) -> xr.Dataset:
    """Let cells carry the cells of their age bands, each band of a procedure like a procedure of its own.

    Parameters
    ----------
    cells
        By procedure.
    banded
        For each band the same variables, of that band alone, its procedures in the same order.
        Bands in which a procedure is never done are left out.

    Returns
    -------
    xarray.Dataset
        The cells with a further dimension ``band`` (labels such as ``hip replacement, 65-74``),
        the variables of bands named ``band_...``, and ``band_share``: what share of the national
        expected admissions of a procedure, for age and sex alone, each band has. That share is the
        age structure to which rates are directly standardised.
    """
    names = cells[PROCEDURE].values
    joined = xr.concat([_spelt_out(own) for own in banded], PROCEDURE, combine_attrs="override")
    with_need = of_need(str(joined["adjustment"].values[-1]))
    by_age = joined["expected_admissions"].isel(adjustment=-2 if with_need else -1, drop=True)
    national = by_age.sum([dim for dim in by_age.dims if dim != PROCEDURE]).values
    member = np.tile(np.eye(len(names)), (len(banded), 1)) * national[:, None]
    done = national > 0
    share = (member / member.sum(axis=0))[done]
    joined = joined.isel({PROCEDURE: done})
    joined = joined.drop_vars([LOW, HIGH]).assign(count_variables(joined[LOW], joined[HIGH]))
    if PERIOD in joined.dims:
        joined = joined.transpose(..., PERIOD)
    own = {f"{PREFIX}{name}": values.rename({PROCEDURE: BAND}) for name, values in joined.data_vars.items()}
    return cells.assign(own).assign({BAND_SHARE: ((BAND, PROCEDURE), share)})


def _spelt_out(own: xr.Dataset) -> xr.Dataset:
    """Give every band the same variables, each by procedure, so that bands can be joined."""
    low, high = count_bounds(own)
    return own.assign({LOW: low, HIGH: high, "population": own["population"] * xr.ones_like(low.fillna(0.0))})


def has_bands(cells: xr.Dataset) -> bool:
    """Say whether age bands are to be modelled separately.

    Examples
    --------
    >>> has_bands(xr.Dataset())
    False
    """
    return BAND_SHARE in cells


def by_band(cells: xr.Dataset) -> xr.Dataset:
    """Give the cells of age bands, each band of a procedure like a procedure of its own.

    Parameters
    ----------
    cells
        From `read_cells`, where `Ages` has bands.

    Returns
    -------
    xarray.Dataset
        As `read_cells` gives without bands, where ``procedure`` names procedure and band. Cells
        without bands are given as they are.

    Examples
    --------
    >>> by_band(xr.Dataset(attrs={"findings": "[]"})).attrs
    {'findings': '[]'}
    """
    if not has_bands(cells):
        return cells
    kept = (cells[BAND_SHARE] > 0).any(PROCEDURE).values
    own = [str(name) for name in cells.data_vars if str(name).startswith((PREFIX, COVARIATES)) and name != BAND_SHARE]
    chosen = cells[own].isel({BAND: kept}).drop_vars(PROCEDURE, errors="ignore")
    return chosen.rename({BAND: PROCEDURE, **{name: name.removeprefix(PREFIX) for name in own}})


def add_up_bands(values: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    """Add up over the age bands of each procedure: what a population of its own ages has.

    Parameters
    ----------
    values
        By band, as `by_band` labels them; missing where a procedure is not offered.
    cells
        The cells that carry the bands.

    Returns
    -------
    xarray.DataArray
        Sums; dims of `values`, by procedure.
    """
    return _weigh(values, (cells[BAND_SHARE] > 0).astype(float), cells["offered"])


def weigh_bands(values: xr.DataArray, cells: xr.Dataset) -> xr.DataArray:
    r"""Weigh the ratios of age bands by the national age structure: direct standardisation.

    .. math:: \bar r_{iqp} = \sum_b w_{pb}\, r_{iqpb}

    Parameters
    ----------
    values
        Ratios by band, as `by_band` labels them; missing where a procedure is not offered.
    cells
        The cells that carry the bands.

    Returns
    -------
    xarray.DataArray
        Directly standardised ratios; dims of `values`, by procedure; 1 = as in the nation.

    References
    ----------
    Breslow NE, Day NE (1987) Statistical methods in cancer research, vol II. IARC, ch 2.
    """
    return _weigh(values, cells[BAND_SHARE], cells["offered"])


def _weigh(values: xr.DataArray, weight: xr.DataArray, offered: xr.DataArray) -> xr.DataArray:
    own = values.rename({PROCEDURE: BAND}).fillna(0.0)
    return xr.dot(own, weight, dim=BAND).transpose(*values.dims).where(offered)
