"""The Python engines of `peers.py`: each fits once in a fresh process and prints one line of JSON.

python benchmarks/peer_engines.py ENGINE COUNTS.csv
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import xarray as xr
from simulate_benchmark import to_cells

from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.read_spec import read_spec
from equitymodel.vocabulary import ICS, PROCEDURE

Fit = Callable[[], xr.DataTree]
MODEL = Path(__file__).with_name("benchmark_model.toml")
MOST_GAPS = 4200
"""Beyond this many pairs of ICS and procedure, gaps are followed in evenly spaced ones."""


def spec() -> ModelSpec:
    return read_spec(MODEL.read_text(encoding="utf-8"))


def laplace(frame: pd.DataFrame) -> Fit:
    from equitymodel.inference.grouped.sample_laplace import sample_laplace

    model, cells = spec(), to_cells(frame)
    return lambda: sample_laplace(model, cells, seed=1)  # 4,000 draws


def nuts(frame: pd.DataFrame) -> Fit:
    from equitymodel.inference.grouped.grouped_layout import lay_out_cells
    from equitymodel.inference.grouped.nuts import Sampling, sample

    model, cells = spec(), to_cells(frame)
    sampling = Sampling(draws=1000, tune=1000, chains=2, retry_accept=0.0)
    return lambda: sample(lay_out_cells(model, cells), sampling=sampling, seed=1)


def plain_pymc(frame: pd.DataFrame) -> Fit:
    """Write the model as one would by hand: each effect in units of its spread."""
    import numpy as np
    import nutpie
    import pymc as pm

    groups = {"procedure": PROCEDURE, "ics": ICS, "ics_by_procedure": "pair"}
    where = {dim: pd.factorize(column, sort=True) for dim, column in pairs_added(frame)[list(groups.values())].items()}
    x, expected, counts = (frame[name].to_numpy() for name in ("x", "expected", "admissions"))

    def fit() -> xr.DataTree:
        with pm.Model(coords={dim: levels for dim, (_, levels) in where.items()}) as model:
            total = {}
            for kind, typical in {"level": 0.3, "gradient": 0.2}.items():
                total[kind] = pm.Normal(f"national_{kind}_effect", 0.0, 0.5)
                for name, dim in groups.items():
                    spread = pm.HalfNormal(f"{name}_{kind}_sd", typical)
                    units = pm.Normal(f"{name}_{kind}_units", dims=dim)
                    effect = pm.Deterministic(f"{name}_{kind}_effect", spread * units, dims=dim)
                    total[kind] = total[kind] + effect[where[dim][0]]
            mean = expected * pm.math.exp(total["level"] + total["gradient"] * x)
            extra = pm.HalfNormal("extra_variation", 0.15)
            pm.NegativeBinomial("admissions", mu=mean, alpha=extra**-2, observed=counts.astype(np.int64))
        compiled = nutpie.compile_pymc_model(model)
        return nutpie.sample(compiled, draws=1000, tune=1000, chains=2, seed=1, progress_bar=False)

    return fit


def bambi(frame: pd.DataFrame) -> Fit:
    import bambi as bmb
    import numpy as np

    data = pairs_added(frame).assign(log_expected=np.log(frame["expected"]))
    terms = [f"({form}|{group})" for group in (PROCEDURE, ICS, "pair") for form in ("1", "0 + x")]
    formula = "admissions ~ x + offset(log_expected) + " + " + ".join(terms)

    def fit() -> xr.DataTree:
        model = bmb.Model(formula, data, family="negativebinomial")
        return model.fit(
            inference_method="nutpie", draws=1000, tune=1000, chains=2, random_seed=1, progressbar=False
        )  # fmt: skip

    return fit


def pairs_added(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(pair=frame[ICS] + "_" + frame[PROCEDURE])


def in_our_words(posterior: xr.Dataset) -> xr.Dataset:
    """Give bambi's variables, and the pairs of the PyMC model, the names of ours."""
    words = {"Intercept": "national_level_effect", "x": "national_gradient_effect"}
    for name, group in {"procedure": PROCEDURE, "ics": ICS, "ics_by_procedure": "pair"}.items():
        for kind, form in {"level": "1", "gradient": "x"}.items():
            words |= {f"{form}|{group}": f"{name}_{kind}_effect", f"{form}|{group}_sigma": f"{name}_{kind}_sd"}
        words[f"{group}__factor_dim"] = group
    posterior = posterior.rename({old: new for old, new in words.items() if old in posterior.variables})
    if "alpha" in posterior:
        posterior["extra_variation"] = posterior["alpha"] ** -0.5
    if "pair" in posterior.dims:
        both = posterior["pair"].to_index().str.split("_", expand=True).set_names([ICS, PROCEDURE])
        posterior = posterior.assign_coords(xr.Coordinates.from_pandas_multiindex(both, "pair")).unstack("pair")
    return posterior


def gaps(posterior: xr.Dataset, x: pd.Series) -> xr.DataArray:
    """Draw the log gap, most less least deprived group, of each ICS and procedure."""
    step = max(1, posterior.sizes[ICS] * posterior.sizes[PROCEDURE] // MOST_GAPS)
    posterior = posterior.isel({PROCEDURE: slice(None, None, step)})
    parts = [posterior[f"{name}_effect"] for name in
             ("national_gradient", "procedure_gradient", "ics_gradient", "ics_by_procedure_gradient")]  # fmt: skip
    return sum(parts[1:], parts[0]) * (x.min() - x.max())


def report(tree: xr.DataTree, x: pd.Series) -> dict[str, object]:
    """Sum draws up: the smallest effective sample size of what is reported, and estimates."""
    import arviz_stats

    posterior = in_our_words(tree["posterior"].to_dataset())
    fixed = ["national_level_effect", "national_gradient_effect"]
    reported = posterior[fixed].assign(gap=gaps(posterior, x)).transpose("chain", "draw", ...)
    single = [name for name, values in posterior.data_vars.items() if set(values.dims) == {"chain", "draw"}]
    found: dict[str, object] = {
        "effective": min(float(size.min()) for size in arviz_stats.ess(reported).data_vars.values())
    }
    stats = tree["sample_stats"].to_dataset() if "sample_stats" in tree.children else xr.Dataset()
    if "effective_points" in stats:
        points = float(stats["effective_points"])
        found["note"] = f"hyperparameters integrated over with {points:.0f} effective points"
    if "diverging" in stats and (lost := int(stats["diverging"].sum())):
        found["note"] = f"{lost} divergences"
    estimates = {str(name).removesuffix("_effect"): [float(posterior[name].mean()), float(posterior[name].std())]
                 for name in single}  # fmt: skip
    return found | {"estimates": estimates}


def peak() -> float:
    """Give the most memory this process has used, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(engine: str, path: str) -> dict[str, object]:
    """Read the counts, fit once, and say how long it took and how much memory."""
    frame = pd.read_csv(path)
    try:
        fit = ENGINES[engine](frame)
    except ModuleNotFoundError as error:
        return {"failed": f"not installed ({error.name})"}
    started = time.monotonic()
    tree = fit()
    found: dict[str, object] = {"seconds": time.monotonic() - started, "done": time.time(), "peak": peak()}
    found |= report(tree, frame["x"])
    del tree
    if engine == "laplace":  # with everything compiled, so that sizes can be compared
        started = time.monotonic()
        fit()
        found["again"] = time.monotonic() - started
    return found


def example(engine: str, _path: str) -> dict[str, object]:
    """Sample the default model on the embedded example, by the compiled density or by PyMC's."""
    import arviz_stats

    import equitymodel as em
    from equitymodel.inference.grouped.grouped_layout import lay_out_cells
    from equitymodel.inference.grouped.nuts import sample

    cells, spec = em.example_cells(), em.load_model("straight_gradients")
    started = time.monotonic()
    marks: dict[str, float] = {}

    def tell(what: str, _share: float) -> None:
        marks.setdefault(what, time.monotonic() - started)

    model = lay_out_cells(spec, cells) if engine == "example-density" else em.inference.build_pymc(spec, cells)
    sampling = em.inference.Sampling(draws=1000, tune=800, retry_accept=0.0)
    tree = sample(model, sampling=sampling, seed=1, progress=tell)
    found = {"seconds": time.monotonic() - started, "done": time.time(), "peak": peak(), "prepare": marks["sampling"]}
    spreads = [name for name in tree["posterior"].data_vars if str(name).endswith("_sd")]
    return found | {"effective": float(arviz_stats.ess(tree["posterior"].to_dataset()[spreads]).to_array().min())}


ENGINES: dict[str, Callable[[pd.DataFrame], Fit]] = {
    "laplace": laplace,
    "nuts": nuts,
    "pymc": plain_pymc,
    "bambi": bambi,
}

if __name__ == "__main__":
    name, path = sys.argv[1:]
    print(json.dumps((example if name.startswith("example") else measure)(name, path)))
