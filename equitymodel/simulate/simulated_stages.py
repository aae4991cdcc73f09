"""Pathways whose truth is known: counts by stage of linked records, with groups that part ways at some stages.

The embedded example has real ICSs and their residents by deprivation. **Its counts are synthetic**: passages are round
figures, gaps are set to arise at being found and at being listed, as the Strategy Unit found the pattern of access to
reverse late in pathways, and they say nothing about any real ICS.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import xarray as xr
from scipy.special import expit, logit

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.stages.read_stages import read_stages
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import OptionError
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, STAGE

SYNTHETIC_STAGES = "synthetic example: counts by stage are simulated and say nothing about any real ICS"
EXAMPLE_STAGES = ("need", "found", "referred", "seen", "listed", "admitted")


@dataclass(frozen=True)
class StageWorld:
    """A world of pathways, on the logit scale.

    Attributes
    ----------
    areas, procedures, groups
        How many of each.
    first
        People at the first stage in a group of an ICS, on average.
    passages
        Passage of each stage in the middle group.
    gaps
        From the most to the least deprived end, of each passage: above 0 = more of the least deprived pass.
    level_sd, gap_sd, lasting_sd
        Standard deviations over ICSs: of levels, of gaps, and of what lasts of single groups.
    noise_sd
        Of what is of one period alone, in single groups: variation beyond chance.
    outlier
        What is added to the gap of the first ICS at the last stage.
    selection
        How much likelier those are to pass every stage who have a standard deviation more of something not recorded.
    """

    areas: int = 12
    procedures: int = 1
    groups: int = 5
    first: float = 500.0
    passages: tuple[float, ...] = (0.7, 0.6, 0.9, 0.6, 0.9)
    gaps: tuple[float, ...] = (0.4, 0.0, 0.2, 0.5, 0.2)
    level_sd: float = 0.25
    gap_sd: float = 0.15
    lasting_sd: float = 0.08
    """Of deviations; those of one period alone, the outlier and selection are there where asked for."""
    noise_sd: float = 0.0
    outlier: float = 0.0
    selection: float = 0.0

    def __post_init__(self) -> None:
        """Refuse gaps that do not go with the passages.

        Raises
        ------
        OptionError
            When there are more of one than of the other.
        """
        if len(self.passages) != len(self.gaps):
            raise OptionError(f"{len(self.passages)} passages and {len(self.gaps)} gaps: give one gap for each passage")

    @property
    def stages(self) -> list[str]:
        """Names of the stages."""
        return ["start", *(f"stage {number}" for number in range(1, len(self.passages) + 1))]


@dataclass(frozen=True)
class SimulatedStages:
    """What a world of pathways gave.

    Attributes
    ----------
    rows
        As `read_stages` takes them.
    need
        Count at the first stage.
    log_passage
        True log passages of those who arrive at each stage, without what is of one period alone; dims as those of a
        profile.
    """

    rows: pd.DataFrame
    need: xr.DataArray
    log_passage: xr.DataArray


@refuses_other_types
def simulate_stages(world: StageWorld = StageWorld(), *, seed: int) -> SimulatedStages:
    """Simulate pathways of linked records.

    Parameters
    ----------
    world, seed
        What is true, and the seed of the random numbers.

    Returns
    -------
    SimulatedStages
        Rows, and the truth behind them.

    Examples
    --------
    >>> found = simulate_stages(StageWorld(areas=2), seed=1)
    >>> len(found.rows), found.log_passage.dims
    (60, ('ics', 'deprivation', 'procedure', 'stage'))
    """
    rng = np.random.default_rng(seed)
    labels = {ICS: [f"area {number + 1:02d}" for number in range(world.areas)],
              DEPRIVATION: np.arange(1, world.groups + 1),
              PROCEDURE: [f"procedure {number + 1}" for number in range(world.procedures)]}  # fmt: skip
    shape = (world.areas, world.groups, world.procedures)
    need = np.maximum(rng.poisson(world.first * rng.gamma(4.0, 0.25, shape)), 1)
    lasting = np.stack([_logits(world, stage, shape, rng) for stage in range(len(world.passages))], axis=-1)
    counts = _draw(need, lasting + rng.normal(0.0, world.noise_sd, lasting.shape), world.selection, rng)
    found = xr.DataArray(counts, labels | {STAGE: world.stages}, name="count")
    passages = xr.DataArray(np.log(passages_with(lasting, world.selection)), labels | {STAGE: world.stages[1:]})
    rows = found.transpose(STAGE, ...).to_series().reset_index().assign(linked="yes")
    return SimulatedStages(rows, xr.DataArray(need.astype(float), labels), passages)


def _logits(world: StageWorld, stage: int, shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    """Draw what lasts of one passage, on the logit scale."""
    areas, groups, procedures = shape
    position = (np.arange(groups)[None, :, None] + 0.5) / groups - 0.5
    gap = world.gaps[stage] + rng.normal(0.0, world.gap_sd, (areas, 1, procedures))
    if stage == len(world.passages) - 1:
        gap[0] += world.outlier
    level = logit(world.passages[stage]) + rng.normal(0.0, world.level_sd, (areas, 1, procedures))
    found: np.ndarray = level + gap * position + rng.normal(0.0, world.lasting_sd, shape)
    return found


def passages_with(logits: np.ndarray, selection: float) -> np.ndarray:
    """Give the passages of groups whose members differ in something that is not recorded.

    Parameters
    ----------
    logits
        Of a member in the middle, by stage along the last axis.
    selection
        Standard deviation of what is not recorded; it raises every passage of a member.

    Returns
    -------
    numpy.ndarray
        Passages of those who arrived, whose middle moves from stage to stage.

    Examples
    --------
    >>> passages_with(np.zeros(2), 0.0), passages_with(np.zeros(2), 1.0).round(2)
    (array([0.5, 0.5]), array([0.5 , 0.59]))
    """
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    passing = expit(logits[..., None] + selection * nodes)
    arrived = (np.cumprod(passing, axis=-2) * weights).sum(axis=-1) / weights.sum()
    return np.asarray(arrived / np.concatenate([np.ones_like(arrived[..., :1]), arrived[..., :-1]], axis=-1))


def _draw(need: np.ndarray, logits: np.ndarray, selection: float, rng: np.random.Generator) -> np.ndarray:
    """Draw who passes; with selection, those who passed are likelier to pass again."""
    if selection:
        return _draw_persons(need, logits, selection, rng)
    counts = [need]
    for stage in range(logits.shape[-1]):
        counts.append(rng.binomial(counts[-1], expit(logits[..., stage])))
    return np.stack(counts, axis=-1)


def _draw_persons(need: np.ndarray, logits: np.ndarray, selection: float, rng: np.random.Generator) -> np.ndarray:
    """Draw every person with something that is not recorded and raises each of their passages."""
    counts = np.zeros((*need.shape, logits.shape[-1] + 1), dtype=int)
    for place in np.ndindex(need.shape):
        hidden = selection * rng.standard_normal(need[place])
        counts[place][0] = len(hidden)
        for stage, own in enumerate(logits[place]):
            hidden = hidden[rng.random(len(hidden)) < expit(own + hidden)]
            counts[place][stage + 1] = len(hidden)
    return counts


@dataclass(frozen=True)
class ExamplePathway:
    """The stated truth about one procedure of the example.

    Attributes
    ----------
    need
        People in need a thousand residents and year.
    steeper
        How many times as many are in need in the most as in the least deprived fifth.
    passages, gaps
        As in `StageWorld`.
    """

    need: float
    steeper: float
    passages: tuple[float, ...]
    gaps: tuple[float, ...]


PATHWAYS = {
    "hip replacement": ExamplePathway(4.0, 1.3, (0.7, 0.55, 0.9, 0.55, 0.9), (0.45, 0.0, 0.25, 0.5, 0.25)),
    "cataract surgery": ExamplePathway(12.0, 1.2, (0.75, 0.7, 0.92, 0.8, 0.95), (0.35, -0.1, 0.2, 0.1, 0.15)),
}


@refuses_other_types
def example_stages(*, areas: int = 42) -> pd.DataFrame:
    """Give the pathways of the embedded example: real ICSs and residents, and made-up counts of linked records.

    Parameters
    ----------
    areas
        How many of the 42 ICSs.

    Returns
    -------
    pandas.DataFrame
        ``ics, deprivation, procedure, stage, count, linked``; the same at every call.

    Raises
    ------
    OptionError
        When there are not so many.

    Examples
    --------
    >>> example_stages(areas=2)["stage"].unique().tolist()
    ['need', 'found', 'referred', 'seen', 'listed', 'admitted']
    """
    residents = icb_residents().iloc[:areas]
    if not 1 <= areas <= len(icb_residents()):
        raise OptionError(f"the example has 1 to {len(icb_residents())} ICSs, not {areas}")
    people = residents[[f"quintile_{number}" for number in range(1, 6)]].to_numpy()
    parts = [_example(name, people, np.random.default_rng([2018, number])) for number, name in enumerate(PATHWAYS)]
    counts = np.stack(parts, axis=2)
    labels = {ICS: residents.index.to_numpy(), DEPRIVATION: np.arange(1, 6), PROCEDURE: list(PATHWAYS)}
    found = xr.DataArray(counts, labels | {STAGE: list(EXAMPLE_STAGES)}, name="count")
    rows: pd.DataFrame = found.transpose(STAGE, ...).to_series().reset_index().assign(linked="yes")
    return rows


def _example(name: str, people: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw one procedure in every ICS and group, stage by stage."""
    truth = PATHWAYS[name]
    position = np.linspace(-0.4, 0.4, people.shape[1])
    need = rng.poisson(people * truth.need / 1000 * truth.steeper**-position)
    world = StageWorld(passages=truth.passages, gaps=truth.gaps)
    shape = (len(people), people.shape[1], 1)
    logits = np.stack([_logits(world, stage, shape, rng)[..., 0] for stage in range(len(truth.passages))], axis=-1)
    return _draw(need, logits, 0.0, rng)


@refuses_other_types
def demo_stages(*, areas: int = 42) -> xr.Dataset:
    """Give the pathways of the embedded example, read; they say of themselves that they are made up.

    Parameters
    ----------
    areas
        How many of the 42 ICSs.

    Returns
    -------
    xarray.Dataset
        As `read_stages` gives it.

    Raises
    ------
    OptionError
        When there are not so many.

    Examples
    --------
    >>> demo_stages(areas=2).sizes["stage"]
    6
    """
    stages = read_stages(example_stages(areas=areas), groups=Deprivation("IMD 2019"))
    return replace(CellFacts.of(stages), synthetic=SYNTHETIC_STAGES).keep_with(stages)
