"""Make the gallery of pictures from the results of a demo: `uv run python docs/examples/gallery.py RESULTS`.

`equitymodel demo RESULTS` writes such results. Without a folder, nothing is fitted and nothing is written.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from matplotlib.figure import Figure
from monitoring_pictures import pictures as monitoring_pictures
from PIL import Image
from playwright.sync_api import sync_playwright

import equitymodel as em

from equitymodel.inference.saved_fit import load_data
from equitymodel.report.content.pictures import pictures_of
from equitymodel.report.content.published import open_published
from equitymodel.report.document.blocks import Picture

DOCS = Path(__file__).parents[1]
AREA, DPI, COLOURS = "Devon", 110, 48
CHROMIUM = "/usr/bin/chromium"
OPENING = """# Gallery

Pictures of the demo, for one ICS with its ten nearest peers. Data are simulated and say nothing about any real ICS.
`uv run python docs/examples/gallery.py RESULTS` makes this page from the results of `equitymodel demo`.

All have one look: 16 cm wide, no letter below 7 points, one's own ICS as an orange diamond with its name, peers in grey,
all ICSs together as a blue square. Colours are told apart without green cones (`tests/report/plots/test_marks.py`), and
nothing is said by colour alone. Below each picture stands the text that those who cannot see it are given.

"""
CALLS = {
    "gap_by_procedure": 'em.plot_gap(fit, ics="Devon", peers="nearest")',
    "gap_by_ics": 'em.plot_gap(fit, "hip replacement", ics="Devon", peers="nearest")',
    "map": 'em.report.plot_hexagons(fit, "hip replacement", ics="Devon")',
    "gradient": 'em.report.plot_gradient(fit, "Devon", peers="nearest")',
    "routes": 'em.report.plot_routes(fit, "Devon")',
    "adjustments": 'em.plot_adjustments(fit, ics="Devon")',
    "tipping": 'em.report.plot_tipping(fit, ics="Devon", peers="nearest")',
    "years": 'em.report.plot_gap_by_year(years_table, ics="Devon", peers="nearest")',
}


EXPLORER = """## The explorer: a page in which readers choose

![The explorer, with lists of choices beside the gap of one ICS and procedure, its rank and its sentences](images/explorer.png)

`equitymodel report RESULTS explorer.html --area Devon`, described [on its own page](explorer.md)
"""


def save(picture: io.BytesIO, file: Path) -> None:
    """Save a picture with as few colours as it needs, so that the repository stays small."""
    Image.open(picture).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def drawn(figure: Figure) -> io.BytesIO:
    """Draw a figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer


def explored(results: Path) -> io.BytesIO:
    """Open an explorer in Chromium, as a reader sees it on a laptop."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        [file] = em.write_report(results, Path(folder) / "explorer.html", area=AREA)
        page = playwright.chromium.launch(executable_path=CHROMIUM).new_page(viewport={"width": 1366, "height": 900})
        page.goto(f"{file.as_uri()}#of=hip+replacement&with=nearest")
        return io.BytesIO(page.screenshot())


def shown(name: str, picture: Picture) -> str:
    """Write one entry of the page."""
    return f"## {picture.title}\n\n![{picture.alt}](images/gallery_{name}.png)\n\n{picture.alt}\n\n`{CALLS[name]}`\n"


MONITORING = """## Monitoring

Charts of [monitoring](monitoring.md), each of simulated months or years: a signal is for looking into.
"""


def monitored() -> list[str]:
    """Draw what monitors, and write its entries."""
    entries = [MONITORING]
    for name, title, alt, command, figure in monitoring_pictures():
        save(drawn(figure), DOCS / "images" / f"gallery_{name}.png")
        entries.append(f"### {title}\n\n![{alt}](images/gallery_{name}.png)\n\n{alt}\n\n`{command}`\n")
    return entries


def main(results: Path) -> None:
    """Draw every picture, and write the page."""
    published = open_published(results)
    pictures = pictures_of(
        published, published.code_of(AREA), peers="nearest", cells=load_data(results / "posterior.nc", "cells")
    )
    entries = [f"Peers of {AREA}: {pictures.peers.words}\n"]
    for name in CALLS:
        picture = getattr(pictures, name)()
        save(drawn(picture.figure), DOCS / "images" / f"gallery_{name}.png")
        entries.append(shown(name, picture))
    save(explored(results), DOCS / "images" / "explorer.png")
    entries.append(EXPLORER)
    entries += monitored()
    (DOCS / "gallery.md").write_text(OPENING + "\n".join(entries), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("give the folder of results of `equitymodel demo`")
    main(Path(sys.argv[1]))
