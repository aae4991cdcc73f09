"""Small worlds for hypothesis, and worked examples that several modules share."""

from dataclasses import dataclass, field

import numpy as np
import xarray as xr
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

EXACT = 1e-9
CELLS = ("ics", "deprivation", "procedure")
SAMPLE = ("chain", "draw")
SCOPES = ("ics", "region", "england")
AREAS, REGIONS, PROCEDURES = ["Avon", "Dorset", "Tyne"], ["south", "south", "north"], ["hip", "knee"]


def label(values, dims):
    """Label an array as the package does: three ICSs in two regions, groups from 1, two procedures."""
    values = np.asarray(values, dtype=float)
    coords = {}
    if "ics" in dims:
        size = values.shape[dims.index("ics")]
        coords = {"ics": AREAS[:size], "region": ("ics", REGIONS[:size])}
    if "deprivation" in dims:
        coords["deprivation"] = np.arange(1, values.shape[dims.index("deprivation")] + 1)
    if "procedure" in dims:
        coords["procedure"] = PROCEDURES
    return xr.DataArray(values, coords=coords, dims=dims)


def groups(values):
    """Label one number for each deprivation group, from the most deprived."""
    return label(values, ("deprivation",))


def three_by_two(values):
    """Label a table of three ICSs by two deprivation groups."""
    return label(values, ("ics", "deprivation"))


@st.composite
def worlds(draw, shape=(3, 5, 2), dims=CELLS, draws=2):
    """Fitted admissions in a few draws, and expected admissions in the same cells."""
    expected = draw(arrays(float, shape, elements=st.floats(1, 500)))
    ratio = draw(arrays(float, (1, draws, *shape), elements=st.floats(0.2, 4)))
    return label(ratio * expected, (*SAMPLE, *dims)), label(expected, dims)


def tables():
    """Fitted and expected admissions in three ICSs by two groups, the smallest world."""
    return worlds(shape=(3, 2), dims=("ics", "deprivation"))


@st.composite
def gradients(draw, size=5):
    """Rates and people of a few deprivation groups."""
    rate = draw(arrays(float, size, elements=st.floats(1, 100)))
    people = draw(arrays(float, size, elements=st.floats(1, 50)))
    return groups(rate), groups(people)


def without(values, *, ics, procedure):
    """Take away the cells of a procedure that an ICS does not offer."""
    return values.where(~((values["ics"] == ics) & (values["procedure"] == procedure)))


def assert_same(left, right, rtol=EXACT, atol=0.0):
    """Hold two labelled arrays against one another, whatever the order of their dims."""
    assert set(left.dims) == set(right.dims)
    np.testing.assert_allclose(left.transpose(*right.dims).values, right.values, rtol=rtol, atol=atol)


def assert_zero(values, scale):
    """Hold values to be 0, up to rounding relative to the size of what was added."""
    assert float((abs(values) / scale).max()) < EXACT


@dataclass(frozen=True)
class Made:
    """What estimands need of a fit, made by hand: no sampler, no specification."""

    cells: xr.Dataset
    ratio: xr.DataArray
    covariate_terms: dict = field(default_factory=dict)
    counted_covariates: tuple = ()

    @property
    def expected(self):
        return self.expected_under()

    @property
    def fitted(self):
        return self.ratio * self.expected

    def require_sound(self):
        return self

    def expected_under(self, adjustment=None):
        versions = self.cells["expected_admissions"]
        return versions.sel(adjustment=adjustment or versions["adjustment"].values[-1], drop=True)


def made_fit(*, group="deprivation", adjustments=("population", "age_sex", "need"), draws=40, seed=1):
    """Three ICSs in two regions, five groups and two procedures, with a gap below 1 and each adjustment worth 1.2."""
    rng = np.random.default_rng(seed)
    position = groups([0.1, 0.3, 0.5, 0.7, 0.9])
    base = label(rng.uniform(80, 160, (3, 5, 2)), CELLS)
    versions = [base * np.exp(number * np.log(1.2) * (0.9 - position) / 0.8) for number in range(len(adjustments))]
    expected = xr.concat(versions, xr.Variable("adjustment", list(adjustments))).transpose("adjustment", *CELLS)
    noise = label(rng.normal(0, 0.05, (2, draws, 3, 5, 2)), (*SAMPLE, *CELLS))
    ratio = np.exp(0.5 * (position - 0.5) + noise).transpose(*SAMPLE, *CELLS)
    cells = xr.Dataset(
        {
            "expected_admissions": expected,
            "population": 100 * base.sum("procedure"),
            "offered": base > 0,
            "admissions": base.round(),
        }
    ).assign_coords(ics_name=("ics", [f"{name} area" for name in AREAS]))
    made = Made(cells, ratio)
    if group == "deprivation":
        return made
    names = ["Asian", "Black", "Mixed", "Other", "White"]
    cells = cells.rename(deprivation="group").assign_coords(group=names)
    cells = cells.assign_attrs(group=group, reference_group="White")
    return Made(cells, ratio.rename(deprivation="group").assign_coords(group=names))
