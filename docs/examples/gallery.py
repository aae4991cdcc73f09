"""Make the gallery of pictures from the results of a demo: `uv run python docs/examples/gallery.py RESULTS EVALUATION`.

`equitymodel demo --out RESULTS` writes such results. EVALUATION is a folder for an evaluation of a simulated series, which is
made where it is not there (a minute). Without folders, nothing is fitted and nothing is written.
"""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
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
from equitymodel.simulate import Change, MonthlyNoise, Sizes, Usual

DOCS = Path(__file__).parents[1]
AREA, DPI, COLOURS = "Devon", 110, 48
CHROMIUM = "/usr/bin/chromium"
OPENING = """# Gallery

Pictures of the demo, for one ICS with its ten nearest peers. Data are simulated and say nothing about any real ICS.
`uv run python docs/examples/gallery.py RESULTS EVALUATION` makes this page from the results of `equitymodel demo` and of an
evaluation of a simulated series.

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

## The explorer of an evaluation

![Lists of choices beside the change of admissions of one ICS, in words and as a series with the intervention and without it](images/explorer_evaluation.png)

`equitymodel report EVALUATION explorer.html --area "area 02"`, here of a simulated series

On a phone, and printed:

![The same on a phone: one column, the choices first](images/explorer_phone.png)

![The first page as printed, without the choices](images/explorer_print.png)
"""


def save(picture: io.BytesIO, file: Path) -> None:
    """Save a picture with as few colours as it needs, so that the repository stays small."""
    Image.open(picture).convert("RGB").quantize(COLOURS).save(file, optimize=True)


def drawn(figure: Figure) -> io.BytesIO:
    """Draw a figure."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=DPI)
    return buffer


def evaluated(folder: Path) -> Path:
    """Evaluate a simulated series of six ICSs, four of them exposed, unless that was done."""
    if not folder.exists():
        sizes = Sizes(areas=6, groups=5, exposed_areas=4, procedures=3, periods=60, before=40)
        series, truth = em.simulate_series(
            sizes, change=Change(0.1, gap=-0.3), usual=Usual(1500), noise=MonthlyNoise(0.03), seed=2
        )
        em.write_evaluation(em.evaluate(series, replace(truth.plan, outcome="gap"), seed=3), folder)
    return folder


def explored(results: Path, area: str, choice: str = "", *, width: int = 1366) -> dict[str, io.BytesIO]:
    """Open an explorer in Chromium: as a reader sees it on a screen, and the first page as printed."""
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        [file] = em.write_report(results, Path(folder) / "explorer.html", area=area)
        page = playwright.chromium.launch(executable_path=CHROMIUM).new_page(viewport={"width": width, "height": 900})
        page.goto(f"{file.as_uri()}{choice}")
        page.pdf(path=Path(folder) / "page.pdf", format="A4")
        subprocess.run(
            ["pdftoppm", "-png", "-r", "70", "-l", "1", "-singlefile", "page.pdf", "page"], cwd=folder, check=True
        )
        return {"screen": io.BytesIO(page.screenshot()), "print": io.BytesIO((Path(folder) / "page.png").read_bytes())}


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


def main(results: Path, evaluation: Path) -> None:
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
    save(explored(results, AREA, "#of=hip+replacement&with=nearest")["screen"], DOCS / "images" / "explorer.png")
    wide = explored(evaluated(evaluation), "area 02")
    save(wide["screen"], DOCS / "images" / "explorer_evaluation.png")
    save(wide["print"], DOCS / "images" / "explorer_print.png")
    save(explored(evaluation, "area 02", width=390)["screen"], DOCS / "images" / "explorer_phone.png")
    entries.append(EXPLORER)
    entries += monitored()
    (DOCS / "gallery.md").write_text(OPENING + "\n".join(entries), "utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("give the folder of results of `equitymodel demo`, and a folder for an evaluation")
    main(Path(sys.argv[1]), Path(sys.argv[2]))
