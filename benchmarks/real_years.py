"""Do intervals for next year hold what came? Real years held out, one after the other.

    uv run python benchmarks/real_years.py ../shared/data --write docs/real_years.md
    uv run python benchmarks/real_years.py ../shared/data --models straight_gradients need_adjusted --share 1 1 --keep results/years

Each model is fitted to one year or several of published counts and predicts the year that follows. Models are
named as for `--model` and see years apart, but for `straight_gradients`, the default model before it knew of years and of
what lasts, to which they are added up.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import real_years_page as layout
from real_years_held_out import BEFORE, held_out
from real_years_tables import SOURCES

from equitymodel.errors import OptionError
from equitymodel.inference.jobs import Job, run_fits

OTHER = "other"
Share = tuple[float, float] | str | None
"""A prior on the shares that last, Beta(a, b); that of the other family of series; or that of the model."""


def read_share(words: list[str] | None) -> Share:
    """Read ``--share``: nothing, ``other``, or two numbers."""
    if not words or words == [OTHER]:
        return OTHER if words else None
    if len(words) != 2:
        raise OptionError(f"--share takes two numbers, or '{OTHER}', not {' '.join(words)}")
    return float(words[0]), float(words[1])


def present(data: Path, names: Iterable[str]) -> tuple[list[str], list[str]]:
    """Tell the sources whose files are there from those whose files are missing."""
    here, missing = [], []
    for name in names:
        try:
            SOURCES[name].read(data)
            here.append(name)
        except FileNotFoundError:
            missing.append(name)
    return here, missing


def jobs(data: Path, sources: Iterable[str], models: Iterable[str], share: Share, seed: int) -> list[Job]:
    """Make a job of each hold-out of each source and each model."""
    made = []
    for source, model in itertools.product(sources, models):
        for number, hold_out in enumerate(SOURCES[source].read(data).hold_outs):
            name = f"{source}, {' + '.join(hold_out.seen)} to {hold_out.following}, {model}".replace("/", "-")
            arguments = {"data": str(data), "source": source, "number": number, "model": model}
            arguments["share"] = SOURCES[source].other_share if share == OTHER else share
            made.append(Job(name, held_out, {**arguments, "seed": seed + number}))
    return made


def page(every: pd.DataFrame, missing: Iterable[str], command: str) -> str:
    """Write the page."""
    calm, longer, across = layout.KINDS
    return "\n".join([
        "# Real years held out", "",
        f"*Made by `{command}` on {datetime.now(UTC):%Y-%m-%d}, engine `laplace`.*", "",
        "Each model is fitted to one published year, or several, and predicts the year that follows. An interval for next",
        "year is a claim that can be checked: here it is held against what came.", "",
        *layout.in_short(every), "",
        *layout.sources(every, missing), "", HOW, "",
        "## One year to the next", "",
        "Every pair of consecutive years apart from the pandemic, all sources together.", "",
        *layout.pooled(every, calm), "", COLUMNS, "",
        "Source by source, what 90 % predictive intervals hold, in per cent (standard error):", "",
        *layout.by_source(every, calm), "",
        "## Two or three years to the next", "",
        *layout.pooled(every, longer), "", *layout.by_source(every, longer), "",
        "## Across the pandemic", "",
        "Shown, and no test: no model was to foresee it.", "",
        *layout.pooled(every, across), "", *layout.by_source(every, across), "",
        "## What is left in residuals", "",
        *layout.left_in_residuals(every), "", RESIDUALS, "",
        *(["## Against the first trials", "", *layout.against_reports(every), "", REPORTS, ""]
          if BEFORE in set(every["model"]) else []),
        "## Where the prior on the share that lasts comes from", "", PRIOR, "",
    ])  # fmt: skip


HOW = """\
How it is read, and what is assumed:

- **Partnerships**: weeks of planned inpatients by partnership of residence and SIMD quintile, years from July to June.
  A cell counts as known when at least 51 of 52 weeks have a row (weeks under 5 have none); *within bounds* takes every
  cell, each absent week as 0 to 4, and is scored where next year's count is known. The mean of 2018 and 2019 is one
  more period, of two years.
- **Boards**: episodes by board **of treatment**, years from October to September; the three island boards, with
  suppressed quarters, are left out. Borders is in the pooled figures, and beside them it is left out.
- **Units**: each specialty, setting and sector in England stands for an area; January to October of each year, as 2022
  ends there. Quintiles of IMD 2019, residents of mid-2018.
- **Talking therapies**: referrals (rounded to 5) over residents of 15 to 64 at the Census of 2021, by ICB and decile.
- Scottish expected admissions are at Scotland's rates by age, of planned inpatients 2020 to 2023 (also for day cases).
- **Levels of the nation drop out**: each year's expected admissions are at that year's own rates, so that the cells
  scored have together as many as were counted (English units: each unit). Next year's counts are thus predicted given
  the national total of next year; shares, zero-sum changes and gaps do not depend on it.
- Populations are the same in all years of a source. Cells that are not known in all years of a hold-out are left out."""

COLUMNS = """\
*predictive*: `next_year` is the model's own predictive interval (that of `straight_gradients`: negative
binomial around `fitted`);
`fitted with count noise` puts Poisson noise alone around what was published. *within area* is a cell's share of its
area's admissions, *zero_sum* the crude change that gives each group its share of expected admissions, *gap* the crude
log ratio of the most against the least deprived group, *slope* its weighted least-squares slope. *as stated?* is
`yes` where 90 % is held within two standard errors, cells of an area taken as one cluster through all its years; *below*
and *above* say where the rest lies. *width* is that of 90 % intervals over the predictive ones of
`straight_gradients` (geometric mean)."""

RESIDUALS = """\
Residuals are log(observed / fitted), fitted being the posterior mean as the area is. With *each year's own fit* both
years are fitted alone: what lasts and is not in `fitted` shows as a correlation. It describes how much of the residuals
lasts, and is no test of a model that draws what lasts in only in part: however little is left, it lasts as much. The
test is *fit of the years seen*: residuals of the last year seen against those of the year that follows, under one fit.
A model that keeps exactly what lasts leaves no correlation; one that keeps too little leaves a positive one, one that
keeps too much a negative one. *Crude gaps* are log ratios of the most against the least deprived group, of areas where
both are known. For boards in 2020/21 > 2021/22 one board, Borders, takes their correlation from 0.89 to 0.40."""

REPORTS = """\
The first trials led to what lasts being modelled. The three rows on top are of the partnerships alone; the crude gaps
are of the seven with both ends known (their sd is 0.096 with 7 in the denominator). The others were six hold-outs with
884 cells in Scotland and talking therapies, by a normal approximation on logs; which six is not known, and the pool
here is partnerships, boards without Borders and talking therapies, by the package itself."""

PRIOR = """\
The evidence for it is a method of moments on **these same sources**: beyond the gradient Beta(4, 1) for all series,
Beta(3.4, 0.8) for Scotland alone (partnerships and boards) and Beta(2.3, 0.8) for talking therapies alone; the
recommended default is Beta(2, 1), wider than each, chosen on simulated worlds after seeing them; for straight gradients
Beta(5, 1), from partnerships, boards, talking therapies and the English units. A prior that was set with a source in
view is not tested by it. `--share other` therefore replaces the prior on every share that lasts by that of the other
family: Beta(2.3, 0.8), of talking therapies, for Scotland; Beta(3.4, 0.8), of Scotland, for talking therapies and the
English units. `--share 1 1` puts Beta(1, 1) in its place, which is from no source. Today's model has no such prior."""


def main() -> None:
    """Run every hold-out, and write the page."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("data", type=Path)
    options.add_argument("--models", nargs="+", default=[BEFORE])
    options.add_argument("--sources", nargs="+", choices=list(SOURCES), default=list(SOURCES), metavar="SOURCE")
    options.add_argument("--share", nargs="+", help="Beta(a, b) for all shares that last, as two numbers; or 'other'")
    options.add_argument("--seed", type=int, default=14)
    options.add_argument("--keep", type=Path, help="folder of hold-outs that are done, so that a run can be resumed")
    options.add_argument("--write", type=Path, help="page to write")
    given = options.parse_args()
    started = time.monotonic()
    here, missing = present(given.data, given.sources)
    tables = run_fits(jobs(given.data, here, given.models, read_share(given.share), given.seed), keep=given.keep)
    shares = f"--share {' '.join(given.share)} " if given.share else ""
    models = "" if given.models == [BEFORE] else f"--models {' '.join(given.models)} "
    text = page(
        pd.concat(tables, ignore_index=True), missing,
        f"uv run python benchmarks/real_years.py {given.data} {models}{shares}--write {given.write}",
    )  # fmt: skip
    print(text, f"{time.monotonic() - started:.0f} s")
    if given.write:
        given.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
