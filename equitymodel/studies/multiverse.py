"""One question, every defensible answer: the gap under other needs, years, models and references."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal, get_args

import numpy as np
import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.summary import summarise
from equitymodel.inference.fit_model import fit_model
from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.inference.jobs.executors import Executor, ExecutorName
from equitymodel.inference.jobs.job import cells_job
from equitymodel.inference.jobs.run_fits import run_fits
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.inference.progress import Progress
from equitymodel.spec.effect import Effect
from equitymodel.spec.library import load_model
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior
from equitymodel.vocabulary import DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS, nearest

GapReference = Literal["least_deprived", "national"]
REFERENCES: tuple[GapReference, ...] = get_args(GapReference)
NUMBERS = ("estimate", "lower", "upper", "probability")
"""What a fit that failed its diagnosis does not say."""
STEPS = {
    "M1": "ics_by_procedure_level",
    "M2": "ics_gradient",
    "M3": "ics_by_procedure_gradient",
}
"""What each step of the ladder adds to the one below it."""
SHAPE = Effect("ics_departure", (ICS,), "departure", "how each ICS departs from a straight gradient",
               spread=Prior("half_normal", sd=0.1))  # fmt: skip
"""What the last step adds to a model that has nothing of an ICS beside its levels and gradients."""


def model_ladder(spec: ModelSpec | None = None) -> dict[str, ModelSpec]:
    """Give models of growing richness, to see which conclusions depend on how much may differ.

    Parameters
    ----------
    spec
        The last step, ``need_adjusted`` by default.

    Returns
    -------
    dict
        ``M0``: national levels, gradients and shapes by procedure, all ICSs the same. ``M1``: ICSs
        differ in level. ``M2``: and in a gradient shared by their procedures. ``M3``: and in the
        gradient of each procedure. ``M4``: and in all else that the specification lets them, such as deviations that
        last and changes over years; in shape, where it has nothing else.

    Raises
    ------
    SpecError
        When the specification lacks one of the effects of the ladder.

    Examples
    --------
    >>> {name: len(model.effects) for name, model in model_ladder().items()}
    {'M0': 7, 'M1': 8, 'M2': 9, 'M3': 10, 'M4': 15}
    """
    spec = spec or load_model()
    added = list(STEPS.values())
    for name in added:
        spec.effect(name)

    def climb(number: int) -> ModelSpec:
        """Keep what all ICSs have in common, and what steps up to this one add."""
        known = added[:number]
        effects = tuple(effect for effect in spec.effects if ICS not in effect.over or effect.name in known)
        return replace(spec, name=f"{spec.name}_M{number}", effects=effects, text="")

    ladder = {f"M{number}": climb(number) for number in range(len(added) + 1)}
    top = f"M{len(ladder)}"
    more = () if len(spec.effects) > len(ladder["M3"].effects) else (SHAPE,)
    return ladder | {top: replace(spec, name=f"{spec.name}_{top}", effects=(*spec.effects, *more), text="")}


@refuses_other_types
def multiverse(
    cells: Mapping[str, xr.Dataset],
    *,
    models: Mapping[str, ModelSpec] | None = None,
    references: Sequence[GapReference] = REFERENCES,
    seed: int,
    laplace: Laplace | None = None,
    progress: Progress | None = None,
    executor: ExecutorName | Executor | None = None,
    keep: Path | str | None = None,
) -> pd.DataFrame:
    """Estimate the gap of all ICSs together under every combination of choices, by the fast engine.

    Parameters
    ----------
    cells
        Cells by the choice they stand for: a need proxy, a year, or both, such as
        ``"registers, 2022"``. Each is one call of `read_cells`.
    models
        Models by name; `model_ladder` by default.
    references
        Whom the most deprived are compared with: the least deprived, or all groups together.
    seed
        Seed of all random numbers.
    laplace
        How carefully to integrate and how much to draw.
    progress
        Called with what is being done and the share of it that is done.
    executor, keep
        Who fits, and where results are kept so that a run that was ended can be resumed; see `run_fits`.

    Returns
    -------
    pandas.DataFrame
        One row a procedure and combination: ``procedure, data, model, reference``, the numbers,
        ``probability`` (that the most deprived have fewer) and ``verdict`` of the fit. Of a fit that failed
        its diagnosis the numbers are withheld: missing, beside ``FAIL``.

    Raises
    ------
    OptionError
        When there are no cells, their groups have no order, or a reference is unknown.

    References
    ----------
    Simonsohn U, Simmons JP, Nelson LD (2020) Specification curve analysis. Nature Human Behaviour
    4:1208. doi:10.1038/s41562-020-0912-z

    Examples
    --------
    >>> from equitymodel.simulate.simulated_cells import simulate_cells
    >>> one, _ = simulate_cells(areas=6, procedures=1, seed=1)
    >>> table = multiverse({"2022": one}, models={"M3": load_model("gap_by_procedure")}, seed=1)
    >>> table["reference"].tolist()
    ['least_deprived', 'national']
    """
    if not cells:
        raise OptionError("give at least one set of cells")
    for reference in references:
        if reference not in REFERENCES:
            raise OptionError(f"there is no reference '{reference}'. {nearest(reference, REFERENCES)}")
    if unordered := [data for data, own in cells.items() if not CellFacts.of(own).group.ordered]:
        raise OptionError(
            f"the multiverse is of the gap between the most and the least deprived, and the groups of '{unordered[0]}' "
            "have no order; fit each choice by itself, and compare with em.rate_ratio_to_reference(fit)"
        )
    specs = models or model_ladder()
    choices = [(data, name) for data in cells for name in specs]
    jobs = [
        cells_job(f"fitting {name} to {data}", specs[name], cells[data], seed=seed, call=fit_gaps, laplace=laplace,
                  references=tuple(references))
        for data, name in choices
    ]  # fmt: skip
    tables: list[pd.DataFrame] = run_fits(jobs, executor=executor, keep=keep, progress=progress)
    parts = [table.assign(data=data, model=name) for (data, name), table in zip(choices, tables, strict=True)]
    table = pd.concat(parts, ignore_index=True)
    first = [PROCEDURE, "data", "model", "reference"]
    return table[[*first, *(name for name in table.columns if name not in first)]]


def fit_gaps(
    spec: ModelSpec, cells: xr.Dataset, *, seed: int, laplace: Laplace | None, references: Sequence[GapReference]
) -> pd.DataFrame:
    """Fit one model by the fast engine, and give the gap against each reference.

    Parameters
    ----------
    spec, cells, seed, laplace
        As for `fit_model`.
    references
        Whom the most deprived are compared with.

    Returns
    -------
    pandas.DataFrame
        One row a procedure and reference; without numbers where the fit failed its diagnosis.
    """
    fit = fit_model(spec, cells, engine="laplace", laplace=laplace, seed=seed)
    return pd.concat([_gap(fit, reference) for reference in references], ignore_index=True)


def _gap(fit: CellFit, reference: GapReference) -> pd.DataFrame:
    ratio = pooled_ratio(fit.fitted, fit.expected)
    if reference == "least_deprived":
        gap = rate_ratio(ratio)
    else:
        together = fit.fitted.sum([ICS, DEPRIVATION]) / fit.expected.sum([ICS, DEPRIVATION])
        gap = ratio.isel({DEPRIVATION: 0}, drop=True) / together
    fewer = (gap < 1).mean(SAMPLE_DIMS)
    table = summarise(gap, unit="ratio", probability=fewer)
    if not fit.publishable:
        table = table.assign(**dict.fromkeys(NUMBERS, np.nan))
    return table.assign(reference=reference, verdict=fit.diagnosis.verdict)
