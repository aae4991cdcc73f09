"""The command `metrics`: the metrics that can be monitored, to list and to show."""

from __future__ import annotations

import click

from equitymodel.cli.known_commands import KnownCommands
from equitymodel.cli.screen import say, screen


def list_metrics() -> None:
    """List the metrics, with what each is called."""
    from equitymodel.monitoring.metric_set import metrics

    for name, metric in metrics().items():
        screen().print(f"[bold]{name}[/bold]  {metric.title}")


def show_metric(name: str) -> None:
    """Show a metric: what it is, which way is better, the data it takes, its chart, lag and suppression."""
    from equitymodel.monitoring.metric_set import metric_named, metric_words

    say(metric_words(metric_named(name)))


METRICS = KnownCommands(
    "metrics",
    commands=[
        click.Command("list", callback=list_metrics, help=list_metrics.__doc__),
        click.Command("show", callback=show_metric, help=show_metric.__doc__,
                      params=[click.Argument(["name"], metavar="NAME")]),
    ],
    help="The metrics that can be monitored.",
)  # fmt: skip
