"""An evaluation as it was reported, and the same with a count revised: no fit is made."""

from dataclasses import replace

from equitymodel.report.evaluation_results import write_evaluation


def write_two_reports(evaluation, folder, *, by=12.0):
    """Write an evaluation, then one in which a month was revised and the estimates of the gap moved a little."""
    series = evaluation.series
    counts = series["admissions"].copy()
    counts[3] += by
    table = evaluation.gap_change
    moved = table.assign(**{name: table[name] + 0.01 for name in ("estimate", "lower", "upper")})
    later = replace(evaluation, series=series.assign(admissions=counts), gap_change=moved)
    return write_evaluation(evaluation, folder / "one"), write_evaluation(later, folder / "two")
