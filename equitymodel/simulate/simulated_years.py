"""Cells of one year or several from a world whose truth is known, most often unlike the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.deprivation import ridit
from equitymodel.simulate.cell_worlds import CellSizes, Deviations, Tails, World
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PERIOD, PROCEDURE

FIRST_YEAR = 2021
YEARLY_DIMS = (*CELL_DIMS, PERIOD)


def simulate_years(world: World, sizes: CellSizes | None = None, *, seed: int) -> tuple[xr.Dataset, xr.Dataset]:
    """Simulate cells of one year or several from a world, with the truth behind them.

    Parameters
    ----------
    world, sizes
        What is true, and how many of everything there are.
    seed
        Seed of the random numbers. Parts of a world are drawn apart, so that two worlds of one seed differ only
        in what they say differently.

    Returns
    -------
    tuple of xarray.Dataset
        Cells as from `read_cells`; with more than one year they have the dim ``period`` last, with the
        coordinates ``year`` and ``period_years``. And the truth, in admissions a year, same dims: ``fitted``, as
        the area is (what lasts); ``this_year``, with the noise of the year, but not that of counting;
        ``need``, in admissions at equal use for equal need, on the population as reported, and
        ``true_need``, on the true one; ``deviation``, the lasting log departure from level and straight
        gradient; ``outlying``, whether a cell is of the outlier. Besides ``gradient``, dims ``ics, procedure``:
        the log ratio of the least to the most deprived end.

    Raises
    ------
    OptionError
        As `World` and `CellSizes` say.

    Examples
    --------
    >>> cells, truth = simulate_years(World(), CellSizes(areas=3, years=2), seed=1)
    >>> cells["admissions"].dims, cells["period"].values.tolist()
    (('ics', 'deprivation', 'procedure', 'period'), ['2021/22', '2022/23'])
    >>> bool((truth["fitted"] > 0).all())
    True
    """
    sizes = sizes or CellSizes()
    draw = _Drawing.of(sizes, seed)
    people, need = _people_and_need(world, sizes, draw)
    truth = _truth(world, need, people, draw)
    counts = truth["this_year"].copy(data=draw.stream("counts").poisson(truth["this_year"].values).astype(float))
    cells = _as_cells(counts, truth["need"], people["reported"])
    if sizes.years == 1:
        cells, truth = (each.isel({PERIOD: 0}, drop=True) for each in (cells, truth))
    return CellFacts(adjustment="population only", deprivation_index="simulated").keep_with(cells), truth


@dataclass(frozen=True)
class _Drawing:
    """Draws for one world: labels, and a source of randomness of its own for every part."""

    labels: dict[str, Sequence[str | int]]
    seed: int

    @classmethod
    def of(cls, sizes: CellSizes, seed: int) -> _Drawing:
        """Label ICSs, groups, procedures and years."""
        labels: dict[str, Sequence[str | int]] = {
            ICS: [f"area {number + 1:02d}" for number in range(sizes.areas)],
            DEPRIVATION: range(1, sizes.groups + 1),
            PROCEDURE: [f"procedure {number + 1:02d}" for number in range(sizes.procedures)],
            PERIOD: [f"{year}/{(year + 1) % 100:02d}" for year in range(FIRST_YEAR, FIRST_YEAR + sizes.years)],
        }
        return cls(labels, seed)

    def stream(self, part: str) -> np.random.Generator:
        """Give the source of randomness of a part, by its name."""
        return np.random.default_rng([self.seed, *part.encode()])

    def laid_out(self, values: np.ndarray, *over: str) -> xr.DataArray:
        """Label values over these dims."""
        return xr.DataArray(values, coords={dim: list(self.labels[dim]) for dim in over}, dims=over)

    def effect(self, part: str, sd: float, *over: str, tails: Tails = "normal") -> xr.DataArray:
        """Draw an effect with this standard deviation, independent over these dims."""
        shape = tuple(len(self.labels[dim]) for dim in over)
        rng = self.stream(part)
        standard = rng.normal(size=shape) if tails == "normal" else rng.standard_t(3, size=shape) / np.sqrt(3)
        return self.laid_out(sd * standard, *over)


def _people_and_need(world: World, sizes: CellSizes, draw: _Drawing) -> tuple[xr.Dataset, xr.Dataset]:
    """Draw the population, true and as reported, and the need that each gives."""
    shares = draw.stream("population").dirichlet(np.full(sizes.groups, 8.0), size=sizes.areas) * sizes.groups
    size = np.exp(draw.effect("sizes of ICSs", sizes.spread, ICS))
    people = draw.laid_out(shares, ICS, DEPRIVATION) * size * 100_000
    reported = people * np.exp(draw.effect("misreported", world.misreported, ICS, DEPRIVATION))
    rate = np.exp(draw.effect("sizes of procedures", sizes.spread, PROCEDURE))
    every = xr.ones_like(draw.effect("", 0.0, *YEARLY_DIMS)) * rate
    scale = sizes.expected / float((every * people).median() if sizes.unequal else (every * people).mean())
    need = xr.Dataset({"need": scale * every * reported, "true_need": scale * every * people})
    return xr.Dataset({"people": people, "reported": reported}), need.transpose(*YEARLY_DIMS)


def _truth(world: World, need: xr.Dataset, people: xr.Dataset, draw: _Drawing) -> xr.Dataset:
    """Give true admissions a year: as the area is, and with the noise of each year."""
    position = ridit(people["people"].sum(ICS)) - 0.5
    own, outlying = _gradients(world, position, draw)
    parts = [_deviations(each, draw, f"deviations {number}") for number, each in enumerate(world.deviations)]
    beyond = _peak(world, position) + _bend(world, position, draw) + sum(lasting for lasting, _ in parts)
    level = _levels(world, draw)
    ratio = np.exp(level + own["drawn"] * position + beyond + (own["true"] - own["drawn"]) * position)
    fitted = (need["true_need"] * ratio).transpose(*YEARLY_DIMS)
    noise = np.exp(sum((yearly for _, yearly in parts), _nothing(draw))) * _overdispersion(world, draw)
    departure = np.log(fitted / need["need"]) - level - own["drawn"] * position
    truth = {"fitted": fitted, "this_year": fitted * noise, **need, "deviation": departure}
    marks = {"outlying": outlying.broadcast_like(fitted), "gradient": own["true"]}
    return xr.Dataset(truth | marks).transpose(*YEARLY_DIMS)


def _nothing(draw: _Drawing) -> xr.DataArray:
    return draw.laid_out(np.zeros([len(draw.labels[dim]) for dim in YEARLY_DIMS]), *YEARLY_DIMS)


def _gradients(world: World, position: xr.DataArray, draw: _Drawing) -> tuple[xr.Dataset, xr.DataArray]:
    """Draw the gradient of each ICS and procedure, and put that of the outlier in its place; say which is its."""
    variation, first = world.variation, _nothing(draw).isel({DEPRIVATION: 0, PERIOD: 0}, drop=True)
    shared = draw.effect("gradients of ICSs", variation.ics_gradient, ICS, tails=world.tails)
    each = draw.effect("gradients", variation.ics_by_procedure_gradient, ICS, PROCEDURE, tails=world.tails)
    drawn = world.gradient + shared + each
    outlying = first.astype(bool)
    if world.outlier is None:
        return xr.Dataset({"drawn": drawn, "true": drawn}), outlying
    outlying[{ICS: 0} if world.outlier.everywhere else {ICS: 0, PROCEDURE: 0}] = True
    length = float(position.isel({DEPRIVATION: -1}) - position.isel({DEPRIVATION: 0}))
    return xr.Dataset({"drawn": drawn, "true": drawn.where(~outlying, -world.outlier.log_gap / length)}), outlying


def _levels(world: World, draw: _Drawing) -> xr.DataArray:
    """Draw the level of each ICS and procedure, and let it walk from year to year."""
    level = draw.effect("levels", world.variation.ics_by_procedure_level, ICS, PROCEDURE, tails=world.tails)
    steps = draw.effect("walk of levels", world.level_walk, ICS, PROCEDURE, PERIOD)
    steps[{PERIOD: 0}] = 0.0
    return level + steps.cumsum(PERIOD)


def _bend(world: World, position: xr.DataArray, draw: _Drawing) -> xr.DataArray:
    """Bend gradients by ICS: a parabola over deprivation, of mean square 1, times the coefficient of an ICS."""
    curve = position**2 - (position**2).mean()
    size = float(np.sqrt((curve**2).mean()))
    return draw.effect("bend", world.bend, ICS) * (curve / size if size > 0 else curve)


def _peak(world: World, position: xr.DataArray) -> xr.DataArray:
    """Raise the middle of deprivation above both ends: a parabola that is 0 at the outermost positions."""
    end = float(abs(position).max())
    return world.peak * (1 - (position / end) ** 2) if end > 0 else position


def _deviations(own: Deviations, draw: _Drawing, name: str) -> tuple[xr.DataArray, xr.DataArray]:
    """Draw what lasts and what is of each year alone, common to procedures and of each."""
    lasting, yearly = _nothing(draw), _nothing(draw)
    for part, share, over in (("common", own.common, (ICS, DEPRIVATION)), ("own", 1 - own.common, CELL_DIMS)):
        label, sd = f"{name} {part}", own.sd * np.sqrt(share)
        lasts = _share(own, draw.stream(f"{label} share"))
        lasting = lasting + sd * np.sqrt(lasts) * _fading(own, draw, label, over)
        yearly = yearly + sd * np.sqrt(1 - lasts) * draw.effect(f"{label} yearly", 1.0, *over, PERIOD)
    return lasting, yearly


def _share(own: Deviations, rng: np.random.Generator) -> float:
    return float(rng.beta(*own.lasts)) if isinstance(own.lasts, tuple) else own.lasts


def _fading(own: Deviations, draw: _Drawing, name: str, over: Sequence[str]) -> xr.DataArray:
    """Draw what lasts: an autoregression of order one over years, with standard deviation 1 in each."""
    fresh = draw.effect(name, 1.0, PERIOD, *over, tails=own.tails)
    values = fresh.values.copy()
    for year in range(1, len(values)):
        values[year] = own.correlation * values[year - 1] + np.sqrt(1 - own.correlation**2) * fresh.values[year]
    return fresh.copy(data=values)


def _overdispersion(world: World, draw: _Drawing) -> xr.DataArray:
    """Draw gamma noise of each cell and year, with mean 1 and the extra variation of its procedure."""
    noise, rng = _nothing(draw) + 1.0, draw.stream("extra variation")
    for number, extra in enumerate(world.extra_variation(noise.sizes[PROCEDURE])):
        if extra > 0:
            place = {PROCEDURE: number}
            noise[place] = rng.gamma(extra**-2, extra**2, noise[place].shape)
    return noise


def _as_cells(admissions: xr.DataArray, need: xr.DataArray, people: xr.DataArray) -> xr.Dataset:
    """Lay counts out as `read_cells` does, with expected admissions at the national rates of each year."""
    scale = admissions.sum([ICS, DEPRIVATION]) / need.sum([ICS, DEPRIVATION])
    periods = admissions[PERIOD].values.tolist()
    cells = xr.Dataset(
        {
            "admissions": admissions,
            "expected_admissions": (need * scale).transpose(*YEARLY_DIMS).expand_dims(adjustment=["population"]),
            "population": people.expand_dims({PERIOD: periods}).transpose(ICS, DEPRIVATION, PERIOD),
            "offered": xr.ones_like(admissions.isel({PERIOD: 0}, drop=True), dtype=bool),
        }
    )
    names = admissions[ICS].values.tolist()
    return cells.assign_coords(
        position=ridit(people.sum(ICS)),
        ics_name=(ICS, names),
        region=(ICS, ["one"] * len(names)),
        year=(PERIOD, FIRST_YEAR + 0.75 + np.arange(len(periods))),
        period_years=(PERIOD, np.ones(len(periods))),
    )
