"""The command `pool`: published estimates of areas, drawn together by what their intervals leave open."""

from __future__ import annotations

from pathlib import Path

import click

from equitymodel.cli.screen import say


def pool(
    table: str, out: str, scale: str, spread_prior: float | None, interval_probability: float, seed: int,
    overwrite: bool,
) -> None:  # fmt: skip
    """Pool published rates, ratios or slopes of areas, so that uncertain ones are drawn towards the mean of all.

    ESTIMATES is a table of areas: area, estimate, and lower and upper, or se. A Fingertips export is read as it is.
    Where counts can be had, use equitymodel run instead.
    """
    from equitymodel.data.published.read_estimates import read_estimates
    from equitymodel.inference.pool_estimates import pool_estimates
    from equitymodel.report.destination import check_destination
    from equitymodel.report.pooled_results import write_pooled

    check_destination(Path(out), overwrite=overwrite)
    read = read_estimates(table, scale=scale, interval_probability=interval_probability)
    for finding in read.findings:
        say(finding.explain())
    pooled = pool_estimates(read, spread_prior=spread_prior, seed=seed)
    kept = {"command": "pool", "estimates": Path(table), "scale": scale, "spread_prior": pooled.spread_prior,
            "interval_probability": interval_probability}  # fmt: skip
    write_pooled(pooled, out, options=kept, overwrite=overwrite)
    say(pooled)
    say(f"Open {Path(out) / 'pooled.png'}")


POOL = click.Command(
    "pool", callback=pool, help=pool.__doc__, params=[
        click.Argument(["table"], metavar="ESTIMATES"),
        click.Option(["--out"], metavar="FOLDER", required=True, help="Where results are written."),
        click.Option(["--scale"], metavar="TEXT", default="ratio", show_default=True,
                     help="ratio (rates and ratios, as logarithms) or difference (slopes, as they are)."),
        click.Option(["--spread-prior"], type=float, metavar="NUMBER", help="About what areas are thought to differ "
                     "by: the scale of a half-normal prior. Ratios have 0.3, on the logarithm; differences need one."),
        click.Option(["--interval-probability"], type=float, default=0.95, show_default=True, metavar="NUMBER",
                     help="Of the published intervals."),
        click.Option(["--seed"], type=click.IntRange(min=0), default=1, show_default=True, help="Of the draws."),
        click.Option(["--overwrite"], is_flag=True, help="Replace earlier results in that folder."),
    ],
)  # fmt: skip
