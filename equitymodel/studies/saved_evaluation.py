"""How evaluations are kept: one NetCDF file of fits with their draws, tables, plan, model and verdict."""

from __future__ import annotations

import json
from collections.abc import Hashable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import xarray as xr

from equitymodel.errors import OptionError
from equitymodel.estimands.verdict import Assessment
from equitymodel.inference.fit import package_versions
from equitymodel.inference.jobs.table_file import table_from, table_text
from equitymodel.inference.saved_fit import (
    NOT_FOR_RELEASE,
    file_in,
    fit_from_tree,
    fit_tree,
    read_tree,
    refusing,
    write_tree,
)
from equitymodel.spec.as_record import model_record, plan_from, plan_record, series_model_from
from equitymodel.studies.detectable_change import TimeToKnow
from equitymodel.studies.evaluation import Evaluation
from equitymodel.studies.evaluation_fits import EvaluationFits
from equitymodel.studies.left_out import LeftOut

KIND = "evaluation"
TABLES = ("impact", "gap_change", "models", "placebos", "forecasts", "parallel_trends", "trend_difference")
KNOWN = ("noise", "table", "needed")


def save_evaluation(evaluation: Evaluation, path: Path | str) -> None:
    """Save an evaluation as NetCDF: every fit with its draws, the tables, the plan, the model and the verdict.

    Parameters
    ----------
    evaluation
        From `evaluate`.
    path
        Where; an existing file is replaced.

    Notes
    -----
    Draws and counts of single series can reveal small counts: keep the file with the data, not with the report.

    See `load_evaluation` for an example of both.
    """
    known = evaluation.known_before
    tables = {name: getattr(evaluation, name) for name in TABLES} | {
        f"known_{name}": getattr(known, name) for name in KNOWN
    }
    texts = {name: table_text(table) for name, table in tables.items() if table is not None}
    tree = xr.DataTree.from_dict({
        **{f"/fits/{name}": fit_tree(fit) for name, fit in evaluation.fits.all().items()},
        "/asked/series": evaluation.series,
        "/tables": xr.Dataset(texts),
    })  # fmt: skip
    tree.attrs = {
        "kind": KIND,
        "plan": json.dumps(plan_record(evaluation.plan)),
        "model": json.dumps(model_record(evaluation.model)),
        "seed": evaluation.seed,
        "verdict": json.dumps(evaluation.verdict.to_dict(), default=_plain),
        "not_counted": json.dumps([asdict(item) for item in evaluation.not_counted]),
        "known_left_out": json.dumps([asdict(item) for item in known.left_out]),
        "versions": json.dumps(package_versions()),
        "release": NOT_FOR_RELEASE,
    }
    write_tree(tree, Path(path))


def load_evaluation(path: Path | str) -> Evaluation:
    """Open an evaluation that `save_evaluation` saved, or that is in a folder of results.

    Parameters
    ----------
    path
        The NetCDF file, or the folder that `write_evaluation` wrote.

    Returns
    -------
    Evaluation
        As it was saved: tables are those that were saved, and fits have their draws.

    Raises
    ------
    OptionError
        When there is no such file, or it holds no evaluation, or not the whole one as it was saved.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> from equitymodel.simulate import Sizes, simulate_series
    >>> from equitymodel.studies.evaluate import evaluate
    >>> series, truth = simulate_series(Sizes(periods=34, before=20), seed=1)
    >>> result = evaluate(series, truth.plan, seed=1)
    >>> path = Path(mkdtemp()) / "posterior.nc"
    >>> save_evaluation(result, path)
    >>> load_evaluation(path).impact.equals(result.impact)
    True
    """
    file = file_in(path)
    tree = read_tree(file)
    if str(tree.attrs.get("kind")) != KIND:
        raise OptionError(f"{file} holds no evaluation; a single fit is opened by load_fit (in equitymodel.inference)")
    with refusing(file):
        return _evaluation(tree)


def _evaluation(tree: xr.DataTree) -> Evaluation:
    plan = plan_from(json.loads(tree.attrs["plan"]))
    model = series_model_from(json.loads(tree.attrs["model"]))
    texts = tree["tables"].data_vars.items()
    tables: dict[str, Any] = {str(name): table_from(str(text.values)) for name, text in texts}
    fits: dict[str, Any] = {name: fit_from_tree(node) for name, node in tree["fits"].children.items()}
    noise, table, needed = (tables.pop(f"known_{name}") for name in KNOWN)
    return Evaluation(
        tree["asked/series"].to_dataset(inherit=False), plan, model, int(tree.attrs["seed"]), EvaluationFits(**fits),
        TimeToKnow(plan, model, noise, table, needed, _left_out(tree, "known_left_out")),
        verdict=_verdict(json.loads(tree.attrs["verdict"])), not_counted=_left_out(tree, "not_counted"), **tables,
    )  # fmt: skip


def _plain(value: Any) -> Any:
    """Give what JSON can hold of a number or truth of numpy."""
    return value.item()


def _verdict(record: dict[Hashable, Any]) -> Assessment:
    return Assessment(
        record["verdict"], tuple(record["reasons"]), record["checks"], record["smallest_detectable_change"],
        tuple(record.get("not_tried", ())),
    )  # fmt: skip


def _left_out(tree: xr.DataTree, name: str) -> tuple[LeftOut, ...]:
    return tuple(LeftOut(**item) for item in json.loads(tree.attrs[name]))
