"""Stage 3: how it is learned. Fits as values, and the engines that make them: NUTS and nested Laplace."""

from __future__ import annotations

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "diagnosis": ["Check", "Diagnosis", "check_draws"],
        "fit": ["Fit"],
        "fit_model": ["fit_model"],
        "grouped.age_bands": ["equalising_expected"],
        "grouped.arviz_groups": ["with_arviz_groups"],
        "grouped.compare_models": ["ComparedModel", "ModelComparison", "compare_models"],
        "grouped.cell_fit": ["CellFit"],
        "grouped.elasticity": ["Elasticity", "elasticity_over_need", "fit_elasticity"],
        "grouped.grouped_pymc": ["build_pymc"],
        "grouped.need_error": ["NeedError", "draw_need_error"],
        "grouped.nuts": ["Sampling"],
        "passages.fit_stages": ["fit_stages"],
        "passages.saved_profile": ["open_profile", "save_profile"],
        "passages.stage_profile": ["StageProfile"],
        "pool_estimates": ["pool_estimates"],
        "pooled_estimates": ["PooledEstimates"],
        "jobs.job": ["Job", "cells_job", "series_job"],
        "jobs.run_fits": ["FailedJob", "run_fits"],
        "grouped.prediction": ["Prediction"],
        "grouped.power_scaling": ["PriorSensitivity", "power_scale"],
        "grouped.prior_check": ["PriorCheck", "check_prior"],
        "grouped.sample_laplace": ["sample_laplace"],
        "grouped.year_of_fit": ["YearOfFit", "year_of"],
        "laplace.settings": ["Laplace"],
        "queue_heads": ["follow_heads"],
        "saved_fit": ["load_fit", "save_fit"],
        "series.fit_interruption": ["fit_interruption"],
        "series.series_fit": ["SeriesFit"],
        "series.series_pymc": ["build_interruption_pymc"],
    },
)
