"""What is a rare procedure of an ICS known by, if its level is taken to go with those of common procedures?

    uv run python benchmarks/procedures_together.py --replicates 12 --keep results/together --write docs/procedures_together.md

Worlds of three common procedures and a rare one, whose levels and gaps in an ICS go together or do not. In every third
ICS the counts of the rare procedure are hidden and predicted by each model; each cell that is left is left out in turn.
The same with real specialties of ICBs (`procedures_together_real.py`).
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from page import markdown
from procedures_together_real import RARE as RARE_SPECIALTIES
from procedures_together_real import REAL_MODELS, one_split, real_cells
from procedures_together_worlds import AREAS, BASE, COMMON, GAP_SD, LEVEL_SD, MODELS, RARE, SHARE, one_replicate

from equitymodel.inference.jobs import Job, run_fits

CORRELATIONS = (0.6, 0.0)
DATA = Path(__file__).parents[2] / "shared" / "data"
SPLITS = 4


def in_worlds(replicates: int, keep: Path | None) -> pd.DataFrame:
    """Repeat in every world; one row a replicate and model. What is in `keep` is not done again."""
    jobs = [
        Job(f"{together:g} {model} {seed}", one_replicate, {"together": together, "model": model, "seed": seed})
        for seed in range(1, replicates + 1) for together in CORRELATIONS for model in MODELS
    ]  # fmt: skip
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=1))


def in_reality(data: Path, keep: Path | None) -> pd.DataFrame:
    """Repeat with real counts, hiding other cells each time; empty where the open data are not there."""
    if not data.is_dir():
        return pd.DataFrame()
    jobs = [
        Job(f"real {model} {seed}", one_split, {"data": data, "model": model, "seed": seed})
        for seed in range(1, SPLITS + 1) for model in REAL_MODELS
    ]  # fmt: skip
    return pd.DataFrame(run_fits(jobs, keep=keep, workers=1))


def beside_base(found: pd.DataFrame, what: str) -> dict[str, str]:
    """Say how much higher a sum of log densities is than that of the model of today, with its standard error."""
    wide = found.pivot_table(index="seed", columns="model", values=what)
    away = wide.sub(wide[BASE], axis=0).drop(columns=BASE)
    error = away.std(ddof=1) / np.sqrt(len(away))
    return {name: f"{away[name].mean():+.1f} ({error[name]:.1f})" for name in away} | {BASE: "0"}


def table_of_worlds(worlds: pd.DataFrame, together: float) -> list[str]:
    """Give a row a model."""
    own = worlds[worlds["together"] == together]
    hidden, left = beside_base(own, "hidden"), beside_base(own, "left out")
    mean = own.groupby("model").mean(numeric_only=True)
    rows = [[f"`{name}`" if name in (BASE, "procedures_together") else name, left[name], hidden[name],
             f"{mean.loc[name, 'level error']:.3f}", f"{mean.loc[name, 'level held']:.0%}", f"{mean.loc[name, 'level width']:.2f}",
             f"{mean.loc[name, 'gap error']:.3f}", f"{mean.loc[name, 'gap width']:.2f}"] for name in MODELS]  # fmt: skip
    header = ["model", "left out", "hidden", "level: error", "90 % held", "width", "gap: error", "width"]
    return markdown(header, rows)


def part_of_real(real: pd.DataFrame, data: Path) -> str:
    """Write the part on real counts."""
    if real.empty:
        return "The open data were not there when this page was made.\n"
    hidden, cells = beside_base(real, "hidden"), real_cells(data)
    table = "\n".join(markdown(["model", "hidden"], ([name, hidden[name]] for name in REAL_MODELS)))
    share = real.loc[real["model"] == SHARE, "share"].mean()
    return f"""{cells.sizes["procedure"]} specialties of {cells.sizes["ics"]} ICBs, {cells["admissions"].sum().item():,.0f} completed admitted pathways of
January 2026 (NHS England, Open Government Licence v3.0), expected by weighted population. They have no deprivation groups, so
levels alone are compared. In each of {real["seed"].nunique()} rounds the {RARE_SPECIALTIES} rarest specialties had a third of their ICBs hidden ({real["cells"].iloc[0]} cells).

{table}

The share that specialties have in common was estimated as {share:.2f}. One effect with a share has one standard deviation for all
specialties, and the others one for each: use it only where procedures vary alike. A difference within two standard errors is no
gain.
"""


def page(worlds: pd.DataFrame, real: pd.DataFrame, args: argparse.Namespace) -> str:
    """Write the page."""
    tables = {at: "\n".join(table_of_worlds(worlds, at)) for at in CORRELATIONS}
    share = worlds[worlds["model"] == SHARE].groupby("together")["share"].mean()
    return f"""# Procedures together: what a rare procedure learns from common ones

*Made by `uv run python benchmarks/procedures_together.py --replicates {args.replicates} --write docs/procedures_together.md` on
{datetime.now(UTC).date()}.*

An ICS that does much of one procedure may do much of others. The default, `need_adjusted`, lets procedures of an ICS share gaps and
deviations (`ics_gradient`, `ics_deviation`), and takes their levels as independent. `--model procedures_together` adds a level
that all procedures of an ICS share. Where procedures vary alike, one effect with `share_of_procedures` says
the same by a standard deviation and a correlation ([the model](model.md#procedures-together)).

## Where the truth is known

{AREAS} ICSs, 5 groups, three procedures with {COMMON:g} admissions a cell and a rare one with {RARE:g}. Levels and gaps of an ICS have standard
deviations {LEVEL_SD:g} and {GAP_SD:g} on the log scale, and the correlation below between any two procedures. In every third ICS the counts of the rare
procedure are hidden. {args.replicates} replicates; differences are of sums of log densities from `{BASE}`, above 0 is better, with
standard errors over replicates.

**Correlation {CORRELATIONS[0]:g}** (the share is estimated as {share[CORRELATIONS[0]]:.2f})

{tables[CORRELATIONS[0]]}

**Correlation {CORRELATIONS[1]:g}** (the share is estimated as {share[CORRELATIONS[1]]:.2f})

{tables[CORRELATIONS[1]]}

*Left out*: each cell that was seen, in turn, all effects of its ICS integrated out. *Hidden*: the counts that were hidden. *Level* and
*gap* (least to most deprived) are those of the rare procedure in ICSs where it is hidden: root mean squared error, share of truths within the
90 % interval, mean width. *Nothing shared* is `{BASE}` without what procedures share. With {args.replicates} replicates of {-(-AREAS // 3)} hidden ICSs
the share held has a standard error of {np.sqrt(0.09 / args.replicates / -(-AREAS // 3)):.0%} or more, and what is within two standard errors of no difference
is not told from it.

## In real counts

{part_of_real(real, args.data)}
## What it cannot tell

{LIMITS}"""


LIMITS = """- What procedures of an ICS have in common is not need: it may be the size of the hospitals, how people are counted, or how
  expected admissions were worked out. A level that is shared is no better grounded for it.
- A correlation is not negative here, and the same for any two procedures. Procedures that stand in for each other are not told.
- An ICS without any count of a procedure is given what its other procedures say. Whether it offers the procedure at all is
  not in that: say so in the table.
"""


def main() -> None:
    """Run the study, and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=12)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    worlds, real = in_worlds(args.replicates, args.keep), in_reality(args.data, args.keep)
    print(worlds.groupby(["together", "model"]).mean().T.to_string())
    print(real.groupby("model").mean().T.to_string() if len(real) else "no open data")
    if args.write:
        args.write.write_text(page(worlds, real, args), encoding="utf-8")


if __name__ == "__main__":
    main()
