"""Worlds whose procedures go together or not, the models that are tried in them, and how well hidden cells are predicted."""

from __future__ import annotations

import numpy as np
import xarray as xr
from scipy.special import logsumexp

import equitymodel as em
from equitymodel.data.tables.suppression import count_bounds
from equitymodel.inference.grouped.leave_one_out import elpd_of_cells, leave_out_cells
from equitymodel.inference.grouped.predict import draw_fitted, draw_ratios
from equitymodel.inference.grouped.sample_laplace import sample_laplace
from equitymodel.inference.likelihood.log_likelihood import log_likelihood
from equitymodel.simulate.simulated_cells import draw_counts
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.share import ShareThatLasts
from equitymodel.vocabulary import CELL_DIMS, DEPRIVATION, ICS, PROCEDURE, SAMPLE_DIMS

TODAY, TOGETHER = em.load_model(), em.load_model("procedures_together")
LEVEL = em.spec.Effect("ics_level", (ICS, PROCEDURE), "level", "procedures are alike by a share that is learned",
                       spread=em.spec.Prior("half_normal", sd=0.3), sum_to_zero=ICS,
                       share_of_procedures=ShareThatLasts(1.0, 1.0))  # fmt: skip
BASE, SHARE = "need_adjusted", "one effect with a share"
MODELS = {
    "nothing shared": TODAY.drop_effect("ics_gradient").drop_effect("ics_deviation"),
    BASE: TODAY,
    "procedures_together": TOGETHER,
    SHARE: TODAY.drop_effect("ics_by_procedure_level").add_effect(LEVEL),
}
"""What procedures of an ICS share: nothing; gaps; gaps and levels, as effects beside those of each; and as a share."""
AREAS, COMMON, RARE = 20, 80.0, 4.0
LEVEL_SD, GAP_SD, GAP, EXTRA = 0.25, 0.2, 0.2, 0.05
INTERVAL = (0.05, 0.95)


def world(together: float, seed: int) -> tuple[xr.Dataset, xr.DataArray]:
    """Make cells of three common procedures and a rare one, and their true log ratios.

    Levels and gaps of an ICS have the correlation `together` between any two procedures.
    """
    layout, drawn = (int(part) for part in np.random.SeedSequence(seed).generate_state(2))
    cells, _ = em.simulate_cells(areas=AREAS, procedures=4, seed=layout)
    rng = np.random.default_rng(drawn)
    level, gap = (_alike(sd, together, cells, rng) for sd in (LEVEL_SD, GAP_SD))
    log_ratio = (level + (GAP + gap) * (cells["position"] - 0.5)).transpose(*CELL_DIMS)
    size = cells[PROCEDURE].copy(data=[COMMON, COMMON, COMMON, RARE])
    need = cells["population"] / cells["population"].mean() * size
    counts = draw_counts((need * np.exp(log_ratio)).transpose(*CELL_DIMS), extra_variation=EXTRA, rng=rng)
    scale = counts.sum([ICS, DEPRIVATION]) / need.sum([ICS, DEPRIVATION])
    expected = (need * scale).expand_dims(adjustment=cells["adjustment"].values)
    made = cells.assign(
        admissions=counts.astype(float), expected_admissions=expected.transpose(*cells["expected_admissions"].dims)
    )
    return made, log_ratio - np.log(scale)


def _alike(sd: float, together: float, cells: xr.Dataset, rng: np.random.Generator) -> xr.DataArray:
    """Draw a value for each ICS and procedure, with this correlation between procedures."""
    shared, own = rng.standard_normal((AREAS, 1)), rng.standard_normal((AREAS, cells.sizes[PROCEDURE]))
    values = sd * (np.sqrt(together) * shared + np.sqrt(1.0 - together) * own)
    return xr.DataArray(values, dims=(ICS, PROCEDURE), coords={dim: cells[dim].values for dim in (ICS, PROCEDURE)})


def hidden_rare(cells: xr.Dataset) -> xr.DataArray:
    """Choose the cells of the rare procedure in every third ICS."""
    third = xr.DataArray(np.arange(cells.sizes[ICS]) % 3 == 0, dims=ICS, coords={ICS: cells[ICS].values})
    rare = cells[PROCEDURE] == cells[PROCEDURE][-1]
    return (third & rare & cells["offered"]).transpose(*CELL_DIMS)


def predicted(spec: ModelSpec, cells: xr.Dataset, hidden: xr.DataArray, seed: int) -> tuple[xr.Dataset, float]:
    """Fit without the hidden cells by the fast engine; draws, and the log density that it gives their counts."""
    seen = cells.assign(admissions=cells["admissions"].where(~hidden))
    draws = sample_laplace(spec, seen, settings=em.Laplace(draws=1000, cores=1), seed=seed)["posterior"].to_dataset()
    expected = seen["expected_admissions"].isel(adjustment=0, drop=True)
    fitted = draw_fitted(draw_ratios(spec, draws, seen, this_year=True), expected)
    each = log_likelihood(fitted, draws, *count_bounds(cells)).transpose(*SAMPLE_DIMS, *CELL_DIMS)
    density = logsumexp(each.values, axis=(0, 1)) - np.log(each.sizes["chain"] * each.sizes["draw"])
    return draws, float(density[hidden.values].sum())


def left_out(spec: ModelSpec, cells: xr.Dataset, hidden: xr.DataArray, draws: xr.Dataset) -> float:
    """Leave each cell that was seen out in turn, and add up its log density."""
    seen, some = cells.assign(admissions=cells["admissions"].where(~hidden)), draws.isel(draw=slice(None, None, 4))
    return float(elpd_of_cells(leave_out_cells(spec, seen, some, every=True)).sum())


def against_truth(
    spec: ModelSpec, cells: xr.Dataset, hidden: xr.DataArray, draws: xr.Dataset, true: xr.DataArray
) -> dict[str, float]:
    """Hold levels and gaps of the hidden ICSs against the truth: root mean squared error, and the share held."""
    areas = hidden.any([DEPRIVATION, PROCEDURE]).values
    own = np.log(draw_ratios(spec, draws, cells)).isel({ICS: areas, PROCEDURE: -1})
    real, found = true.isel({ICS: areas, PROCEDURE: -1}), {}
    for what, of in {"level": lambda x: x.mean(DEPRIVATION), "gap": _gap}.items():
        drawn, truth = of(own), of(real)
        low, high = (drawn.quantile(q, SAMPLE_DIMS) for q in INTERVAL)
        found[f"{what} error"] = float(np.sqrt(((drawn.mean(SAMPLE_DIMS) - truth) ** 2).mean()))
        found[f"{what} held"] = float(((low <= truth) & (truth <= high)).mean())
        found[f"{what} width"] = float((high - low).mean())
    return found


def _gap(log_ratio: xr.DataArray) -> xr.DataArray:
    """Give the log ratio of the least to the most deprived group."""
    return log_ratio.isel({DEPRIVATION: -1}) - log_ratio.isel({DEPRIVATION: 0})


def one_replicate(together: float, model: str, seed: int) -> dict[str, object]:
    """Make a world, hide a part of the rare procedure, fit one model, and score it."""
    cells, true = world(together, seed)
    hidden, spec = hidden_rare(cells), MODELS[model]
    draws, hidden_density = predicted(spec, cells, hidden, seed)
    share = float(draws["ics_level_share"].mean()) if "ics_level_share" in draws else float("nan")
    return {"together": together, "model": model, "seed": seed, "hidden": hidden_density, "share": share,
            "left out": left_out(spec, cells, hidden, draws),
            **against_truth(spec, cells, hidden, draws, true)}  # fmt: skip
