"""How large the explorer is, how long it takes to write, and how soon it answers a choice in Chromium.

    uv run python benchmarks/explorer_speed.py --write docs/explorer_measured.md

Results of 42 ICSs and 8 procedures, of one year and of five, and an evaluation of 60 months of 42 ICSs and 8 procedures, are
fitted once into a folder (`--folder`) and used again (the evaluation takes some minutes). A
choice is answered when the page has been drawn anew: from the change of a list of choices to the second frame after it.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date
from pathlib import Path

import pandas as pd
from page import markdown
from playwright.sync_api import sync_playwright

import equitymodel as em
from equitymodel.simulate import Change, MonthlyNoise, Sizes, Usual

YEARS, EACH = (1, 5), 12
CHOICES = (
    "ics",
    "of",
    "with",
    "measure",
    "adjusted",
    "year",
    "route",
    "scope",
    "kind",
    "whom",
    "quantity",
    "months",
    "model",
)
OPENS = "#ics=E54000037&kind=ics"
CHROMIUM = "/usr/bin/chromium"
TIMED = """(select, place) => new Promise((done) => {
  const start = performance.now();
  select.selectedIndex = place % select.options.length;
  addEventListener("hashchange",
    () => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - start))), { once: true });
  select.dispatchEvent(new Event("change"));
})"""
OPENING = """# The explorer, measured

`uv run python benchmarks/explorer_speed.py --write docs/explorer_measured.md`, {day}, on two cores that did other work
as well. 42 ICSs and 8 procedures, simulated: results of the demo, and an evaluation of 60 months, in which 30 ICSs were exposed.

"""


def results_of(years: int, folder: Path) -> Path:
    """Fit the example, unless it is there."""
    out = folder / f"years_{years}"
    if not out.exists():
        fit = em.fit_model(em.load_model("need_adjusted"), em.example_cells(years=years), engine="laplace", seed=1)
        em.write_results(em.make_results(fit), out)
    return out


def evaluation(folder: Path) -> Path:
    """Evaluate a simulated series, unless it is there."""
    out = folder / "evaluation"
    if not out.exists():
        sizes = Sizes(areas=42, exposed_areas=30, procedures=8, periods=60, before=40)
        series, truth = em.simulate_series(sizes, change=Change(0.1), usual=Usual(60), noise=MonthlyNoise(0.03), seed=2)
        em.write_evaluation(em.evaluate(series, truth.plan, seed=3), out)
    return out


def answers(page, file: Path) -> list[float]:
    """Give the milliseconds of every choice that leads to another one."""
    page.goto(f"{file.resolve().as_uri()}{OPENS}")
    times = []
    for name in CHOICES:
        select = page.locator(f"#{name}")
        if not select.count():
            continue
        several = select.locator("option").count()
        times += [select.evaluate(TIMED, place) for place in range(1, min(several, EACH))]
    return times


def measure(of: str, results: Path, folder: Path, page) -> dict[str, object]:
    """Write an explorer and use it."""
    start = time.process_time()
    [file] = em.write_report(results, folder / f"{results.name}_explorer.html")
    written, times = time.process_time() - start, answers(page, file)
    return {
        "results": of,
        "kB": round(file.stat().st_size / 1000),
        "processor seconds to write": round(written, 1),
        "choices": len(times),
        "ms, median": round(statistics.median(times)),
        "ms, longest": round(max(times)),
    }


def main() -> None:
    """Measure, print, and write the page where one is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("results/explorer"))
    parser.add_argument("--years", type=int, nargs="*", default=YEARS)
    parser.add_argument("--evaluation", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=CHROMIUM).new_page(viewport={"width": 1366, "height": 768})
        kinds = {f"{years} year{'s' * (years > 1)}": results_of(years, asked.folder) for years in asked.years}
        kinds |= {"an evaluation": evaluation(asked.folder)} if asked.evaluation else {}
        rows = pd.DataFrame([measure(of, results, asked.folder, page) for of, results in kinds.items()])
    print(rows.to_string(index=False))
    if asked.write:
        asked.write.write_text(
            OPENING.format(day=date.today())
            + "\n".join(markdown(rows, rows.astype(object).to_numpy().tolist()))
            + "\n",
            "utf-8",
        )


if __name__ == "__main__":
    main()
