"""The command `report`: documents of what was found, from saved results and without a fit."""

from __future__ import annotations

from pathlib import Path

import click

from equitymodel.cli.screen import progress, say
from equitymodel.vocabulary import ALL_ICS

AREA = "An ICS by name or code, or all: one document each.  [default: all ICSs together]"

PEERS = "With whom the ICS is compared; repeat it to name several.  [default: region]"
DISCLOSURE = "How counts of patients are hidden and rounded.  [default: hes]"
BEFORE = "The release before: the folder of its reports. What the two together would give away is hidden."


def report(
    results: str,
    files: tuple[str, ...],
    area: str | None,
    peers: tuple[str, ...],
    base: str | None,
    disclosure: str,
    before: str | None,
) -> None:
    """Write reports for people to read, from saved results: what was found in an ICS, as a page, a paper or a workbook.

    RESULTS is the folder that a run wrote. The ending of each FILE names its format: report.html, board.docx,
    tables.xlsx, slides.pptx. A name that ends in explorer.html is a page in which readers choose for themselves.
    """
    from equitymodel.report.write_report import write_report

    with progress() as tell:
        written = write_report(results, files, area=area or ALL_ICS, peers=_peers(peers), base=base,
                               disclosure=disclosure, before=before, progress=tell)  # fmt: skip
    for file in written[:3]:
        say(f"Written: {file}")
    if len(written) > len(written[:3]):
        say(f"and {len(written) - 3} more in {Path(written[-1]).parent.resolve()}")


def _peers(given: tuple[str, ...]) -> str | tuple[str, ...]:
    """Give one word, or the names of several; the region by default."""
    return given if len(given) > 1 else next(iter(given), "region")


REPORT = click.Command(
    "report",
    callback=report,
    help=report.__doc__,
    params=[
        click.Argument(["results"], metavar="RESULTS"),
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        click.Option(["--area"], metavar="NAME|CODE|all", help=AREA),
        click.Option(["--peers"], metavar="region|england|nearest|NAME", multiple=True, help=PEERS),
        click.Option(["--base"], metavar="FILE", help="Of Word documents: your own, whose styles are kept."),
        click.Option(["--disclosure"], metavar="hes|opensafely|acro|none|FILE", default="hes", help=DISCLOSURE),
        click.Option(["--before"], metavar="FOLDER|FILE", help=BEFORE),
    ],
)
