"""Covariates put into a model that names none: a coefficient each, the same for all procedures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from equitymodel.spec.effect import Effect
from equitymodel.spec.model_spec import ModelSpec
from equitymodel.spec.prior import Prior

USUAL_SD = 0.2
"""Prior sd of a coefficient: two areas a standard deviation apart differ by less than a half, with 95 %."""


def add_covariates(spec: ModelSpec, names: Iterable[str], *, neutralise: bool = True) -> ModelSpec:
    """Add an effect for each covariate that no effect of a model names.

    Parameters
    ----------
    spec
        The model.
    names
        Covariates, as their table calls them.
    neutralise
        As in `Effect`: whether expected admissions are those at its mean, so that it does not count as need.

    Returns
    -------
    ModelSpec
        The model, whose name says that it has covariates where any was added. Each coefficient is of one standard
        deviation, with a normal prior of sd 0.2.

    Raises
    ------
    SpecError
        When two covariates, or a covariate and an effect, would have one name.

    Examples
    --------
    >>> from equitymodel.spec.library import load_model
    >>> spec = add_covariates(load_model("gap_by_procedure"), ["distance to hospital"])
    >>> spec.name, spec.effects[-1].name
    ('gap_by_procedure_with_covariates', 'covariate_distance_to_hospital')
    """
    there = {effect.covariate for effect in spec.effects}
    added = tuple(_effect(name, neutralise=neutralise) for name in names if name not in there)
    if not added:
        return spec
    return replace(spec, name=f"{spec.name}_with_covariates", effects=(*spec.effects, *added))


def _effect(name: str, *, neutralise: bool) -> Effect:
    word = re.sub(r"\W+", "_", name.strip().lower()).strip("_")
    return Effect(f"covariate_{word}", (), "covariate", f"how use follows {name}", prior=Prior("normal", sd=USUAL_SD),
                  covariate=name, neutralise=neutralise)  # fmt: skip
