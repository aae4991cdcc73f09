"""Small worlds, specifications of every shape, and the same algebra done densely."""

from dataclasses import dataclass, replace

import numpy as np
import xarray as xr
from scipy.linalg import null_space

from equitymodel.inference.grouped.elasticity import CURVE, LINE, OF_PROCEDURE, with_powers_of_need
from equitymodel.inference.grouped.grouped_latent import COLUMN, ROW, GroupedLatent
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.grouped.need_feedback import without_reported_need
from equitymodel.simulate.simulated_cells import simulate_cells
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.over_years import CONSTANT
from equitymodel.spec.prior import Prior
from equitymodel.spec.share import ShareThatLasts

BOTH = ("ics", "procedure")
BELIEF, OFF_CENTRE = Prior("normal", sd=0.5), Prior("normal", mean=0.2, sd=0.4)
SPREAD, EXTRA = Prior("half_normal", sd=0.3), Prior("half_normal", sd=0.15)
SHARE = ShareThatLasts(2.0, 1.0)
FADING = {"over_years": "fading", "correlation": 0.8}


def fixed(name, over, kind, prior=BELIEF, **more):
    return Effect(name, over, kind, "as it says", prior=prior, **more)


def pooled(name, over, kind, zero=None, each=(), **more):
    return Effect(name, over, kind, "as it says", spread=SPREAD, sum_to_zero=zero, spread_over=each, **more)


def lasting_part_of_extra(name, kind, each=("procedure",), **more):
    return Effect(name, BOTH, kind, "as it says", spread=EXTRA, spread_over=each, part_of_extra_variation=True,
                  share_that_lasts=SHARE, **more)  # fmt: skip


def model(name, *effects, poisson=False, each=True):
    if poisson:
        return ModelSpec(name, "A question?", "poisson", effects)
    return ModelSpec(name, "A question?", "negative_binomial", effects, EXTRA, ("procedure",) if each else ())


def without_tails(spec):
    return replace(spec, effects=tuple(replace(effect, heavy_tails=False) for effect in spec.effects))


P, I = ("procedure",), ("ics",)  # noqa: E741
MODELS = {spec.name: spec for spec in (
    load_model("straight_gradients"),
    load_model("gap_by_procedure"),
    model("no_sums", fixed("p", P, "level", OFF_CENTRE), pooled("i", I, "level"), pooled("ip", BOTH, "level"),
          fixed("n", (), "gradient"), pooled("ip_gradient", BOTH, "gradient"), each=False),
    model("sum_over_procedures", pooled("i", I, "level"), pooled("ip", BOTH, "level", "procedure", I),
          fixed("p", P, "gradient"), pooled("i_gradient", I, "gradient", "ics")),
    model("sums_both_ways", fixed("p", P, "level"), pooled("i", I, "level", "ics"),
          pooled("ip", BOTH, "level", "ics", P), pooled("p_gradient", P, "gradient"),
          pooled("ip_gradient", BOTH, "gradient", "procedure"), each=False),
    model("departure_of_pairs", fixed("p", P, "level"), pooled("ip", BOTH, "level", "ics"),
          pooled("i_departure", I, "departure"), pooled("ip_departure", BOTH, "departure")),
    model("no_pairs", fixed("p", P, "level", OFF_CENTRE), pooled("i", I, "level", "ics"),
          pooled("p_gradient", P, "gradient", "procedure"), fixed("n", (), "gradient"),
          fixed("n_departure", (), "departure", OFF_CENTRE), poisson=True),
    load_model("group_by_procedure"),
    model("contrasts_of_pairs", fixed("p", P, "level"), fixed("n_contrast", (), "contrast", OFF_CENTRE),
          pooled("p_contrast", P, "contrast"), pooled("ip_contrast", BOTH, "contrast"), poisson=True),
    model("contrasts_and_departures", fixed("p_contrast", P, "contrast"), pooled("i_departure", I, "departure"),
          pooled("i_gradient", I, "gradient", "ics")),
    model("only_pairs", pooled("ip", BOTH, "level", "ics", P), pooled("ip_gradient", BOTH, "gradient")),
    model("only_free_pairs", pooled("ip", BOTH, "level"), poisson=True),
    model("only_procedures", pooled("p", P, "level"), fixed("p_gradient", P, "gradient")),
    model("only_areas", pooled("i", I, "level", "ics"), pooled("i_gradient", I, "gradient"), poisson=True),
    model("only_national", fixed("n", (), "level", OFF_CENTRE), fixed("n_gradient", (), "gradient")),
    without_tails(load_model("need_adjusted")),
    model("shares", fixed("p", P, "level"), pooled("i", I, "level", "ics", share_that_lasts=SHARE),
          pooled("i_deviation", I, "deviation", "ics", share_that_lasts=ShareThatLasts(1.0, 1.0)),
          lasting_part_of_extra("ip_deviation", "deviation", ()), each=False),
    model("contrasts_that_last", fixed("p", P, "level"), pooled("p_contrast", P, "contrast", "procedure"),
          pooled("i_contrast", I, "contrast", "ics", share_that_lasts=SHARE),
          lasting_part_of_extra("ip_contrast", "contrast")),
    model("walks_and_trends", fixed("p", P, "level", OFF_CENTRE), pooled("i", I, "level"), pooled("p_walk", P, "level", over_years="walk"),
          pooled("ip_walk", BOTH, "level", over_years="walk"), fixed("n_trend", (), "gradient", over_years="trend"),
          pooled("i_trend", I, "gradient", "ics", over_years="trend"), poisson=True),
    model("what_fades", fixed("p", P, "level"), pooled("ip", BOTH, "level", "ics", P),
          pooled("i_gradient", I, "gradient", share_that_lasts=SHARE, **FADING),
          pooled("i_contrast", I, "contrast", "ics", **FADING), pooled("ip_deviation", BOTH, "deviation", **FADING)),
    model("procedures_together", fixed("p", P, "level"), pooled("level", BOTH, "level", "ics", share_of_procedures=SHARE),
          pooled("gradient", BOTH, "gradient", share_of_procedures=ShareThatLasts(1.0, 1.0))),
)}  # fmt: skip
HEAVY = {spec.name: spec for spec in (
    replace(load_model("need_adjusted"), name="need_adjusted_with_tails"),
    model("heavy_tails", fixed("p", P, "level"), pooled("i_gradient", I, "gradient", "ics"),
          pooled("ip_gradient", BOTH, "gradient", heavy_tails=True)),
)}  # fmt: skip
"""Models whose values are not normal given the hyperparameters."""


def make_world(*, areas=5, groups=5, procedures=3, expected=60.0, seed=1, holes=True):
    """Cells of a small world; with holes, two unknown counts and a procedure one ICS does not offer."""
    cells, _ = simulate_cells(areas=areas, groups=groups, procedures=procedures, expected=expected, seed=seed)
    if not holes:
        return cells
    cells = cells.copy(deep=True)
    cells["admissions"][0, 0, 0] = np.nan
    cells["admissions"][-1, 1, -1] = np.nan
    cells["offered"][1, :, -1] = False
    cells["admissions"][1, :, -1] = np.nan
    cells["expected_admissions"][:, 1, :, -1] = np.nan
    return cells


def over_years(cells, years=(2021.75, 2022.75, 2024.25), seed=1):
    """The same cells in several years, with counts of their own in each."""
    names = [f"{year:g}" for year in years]
    rng = np.random.default_rng(seed)
    drift = xr.DataArray(np.linspace(0.0, 0.2, len(years)), dims="period")
    counts = cells["admissions"] * np.exp(drift)
    return cells.assign(
        admissions=counts.copy(data=np.where(counts.isnull(), np.nan, rng.poisson(counts.fillna(0.0)))),
        expected_admissions=cells["expected_admissions"] * xr.ones_like(drift),
    ).assign_coords(
        period=names, year=("period", list(years)), period_years=("period", np.ones(len(years)))
    )  # fmt: skip


def one_cell(*, count, expected, groups=2):
    """One ICS and one procedure; the same count and expected admissions in each group."""
    cells, _ = simulate_cells(areas=1, groups=groups, procedures=1, seed=1)
    return cells.assign(
        admissions=xr.full_like(cells["admissions"], float(count)),
        expected_admissions=xr.full_like(cells["expected_admissions"], float(expected)),
    )


def some_hyper(field: GroupedLatent, batches=2, seed=1):
    """Hyperparameters where spreads are neither nothing nor everything; shape (batch, hyperparameter)."""
    rng = np.random.default_rng(seed)
    scales = field.scales
    middle = np.full(scales.count, np.log(0.2))
    if field.overdispersion_count:
        middle[np.unique(scales.total[field.sd_count :])] = np.log(0.1)
    middle[: scales.totals] = scales.score_of(middle[: scales.totals])
    middle[scales.totals :] = 0.2
    return middle + 0.4 * rng.standard_normal((batches, len(middle)))


def flatten(latent: BlockVector):
    """One row a batch and draw: every value of the field; shape (batch, draw, value)."""
    parts = [np.moveaxis(part, 0, 2) for part in latent]
    return np.concatenate([part.reshape(*part.shape[:2], -1) for part in parts], axis=2)


def unflatten(field: GroupedLatent, rows):
    """The inverse of `flatten`."""
    values, at = [], 0
    for part in field.zeros():
        shape = (part.shape[0], *part.shape[3:])
        size = int(np.prod(shape))
        values.append(np.moveaxis(rows[..., at : at + size].reshape(*rows.shape[:2], *shape), 2, 0))
        at += size
    return BlockVector(*values)


@dataclass
class Dense:
    """The whole field as one vector: what each value does to cells and coefficients, and which sums are zero."""

    cells: np.ndarray
    coefficients: np.ndarray
    sums: np.ndarray
    mean: np.ndarray

    @property
    def free(self):
        """An orthonormal basis of what the sums allow."""
        return null_space(self.sums) if len(self.sums) else np.eye(self.cells.shape[1])

    def curvature(self, weight, precision):
        return self.cells.T @ (weight.reshape(-1, 1) * self.cells) + np.diag(precision)

    def covariance(self, curvature):
        free = self.free
        return free @ np.linalg.inv(free.T @ curvature @ free) @ free.T

    def log_determinant(self, curvature):
        free = self.free
        return np.linalg.slogdet(free.T @ curvature @ free)[1]


def densely(field: GroupedLatent) -> Dense:
    """Lay a field out densely by what unit vectors do."""
    mean = flatten(field.zeros())[0, 0]
    units = unflatten(field, np.eye(len(mean))[None])
    coefficients = field.coefficients(units)
    cells = field.at_cells(coefficients)
    across = coefficients.shape[0]
    return Dense(
        cells=np.moveaxis(cells[:, 0], 1, -1).reshape(-1, len(mean)),
        coefficients=np.moveaxis(coefficients[:, 0], 1, -1).reshape(across, -1, len(mean)),
        sums=np.array(list(_sums(field, len(mean)))).reshape(-1, len(mean)),
        mean=mean,
    )


def _sums(field: GroupedLatent, size):
    """One row for each sum that is held at zero."""
    numbers = [part[:, 0, 0].astype(int) for part in unflatten(field, np.arange(size, dtype=float)[None, None])]
    axes = ((ROW, COLUMN), (ROW,), (COLUMN,), ())
    for block, own, dims in zip(field.blocks, numbers, axes, strict=True):
        for part, values in zip(block, own, strict=True):
            if part.zero is not None:
                together = np.moveaxis(values, dims.index(part.zero), 0)
                for members in together.reshape(len(together), -1).T:
                    yield np.isin(np.arange(size), members).astype(float)


def curvature_of_pairs(field: GroupedLatent, weight):
    """The curvature in the coefficients of each pair, as `eliminate` takes it."""
    return np.einsum("ds,dt,dbkij->bijst", field.design, field.design, weight)


def from_named(field: GroupedLatent, named):
    """The field whose values are those of named draws: arrays by name, with the dimensions given."""
    blocks = field.zeros()
    axes = (field.axes, field.axes[:1], field.axes[1:], ())
    for block, values, dims in zip(field.blocks, blocks, axes, strict=True):
        for k, component in enumerate(block):
            part = component.part
            own = named[part.variable]
            if part.effect.shaped or part.over_years != CONSTANT:
                tail = part.tail(field.coords)
                own = own.transpose(*dims, *tail)
                flat = own.values.reshape(*own.shape[: len(dims)], -1)
                own = xr.DataArray(flat @ np.linalg.pinv(field.value_bases[part.variable])[component.number], dims=dims)
            values[k, 0, 0] = own.transpose(*dims).values
    return blocks


POWERS = (LINE, OF_PROCEDURE, CURVE)


def need_world(**sizes):
    """A small world with need, told with an error that differs by cell; nothing is told of one cell."""
    cells = make_world(areas=4, groups=4, procedures=2, **sizes)
    rng = np.random.default_rng(2)
    ratio = cells["admissions"].copy(data=np.exp(rng.normal(0, 0.3, cells["admissions"].shape)))
    ratio = ratio.where(cells["offered"])
    cells = cells.assign(need_ratio=ratio, need_ratio_se=ratio * rng.uniform(0.05, 0.2, ratio.shape))
    return without_reported_need(with_powers_of_need(cells, None, seed=1))
