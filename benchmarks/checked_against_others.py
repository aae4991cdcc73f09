"""Covariates and neighbours against others: glmmTMB, long sampling, and a published fit.

uv run python benchmarks/checked_against_others.py --write docs/checked_against_others.md
"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

import covariates_against_r
import lip_cancer
import pandas as pd
from page import markdown

LONG = 5000


def table(found: pd.DataFrame, digits: int) -> str:
    """Lay numbers out, a line each; none as such."""
    shown = found.astype(float).round(digits).astype(object).where(found.notna(), "none")
    return "\n".join(
        markdown(["", *shown.columns], ([name, *row] for name, row in zip(shown.index, shown.values, strict=True)))
    )


def page(r: pd.DataFrame | str, lip: pd.DataFrame) -> str:
    """Write the page."""
    of_r = f"It was not compared: {r}." if isinstance(r, str) else table(r, 4)
    return f"""# Covariates and neighbours, against others

*Made by `uv run python benchmarks/checked_against_others.py --write docs/checked_against_others.md` on {datetime.now(UTC).date()}.*

## Covariates against R

{covariates_against_r.AREAS} simulated areas, 5 groups and {covariates_against_r.PROCEDURES} procedures; use follows beds, which areas have, and distance, which differs between their
groups. The fast engine beside `glmmTMB`: the same negative binomial with a level of each ICS, and priors too wide to say anything.

{of_r}

R gives the likeliest value, the fast engine the mean of the posterior. Coefficients agree to a hundredth of a standard deviation or
so; a test holds a tenth, and standard errors within 5 %. The two spreads have skew distributions, whose means lie above their
likeliest values.

## Neighbours against a published fit

Lip cancer in 56 counties of Scotland (Clayton and Kaldor 1987), BYM2 with the share of people in farming, fishing and forestry: the
fit by Stan in Morris's [case study](https://mc-stan.org/users/documentation/case-studies/icar_stan.html), the same model and priors by the
fast engine, and by sampling of the package ({4 * LONG:,} draws; a test holds its density to that of the PyMC model).

{table(lip, 3)}

A test holds each mean within a third of its published standard deviation, and coefficients within a tenth of what R-INLA gave ({lip_cancer.INLA["intercept"][0]} and
{lip_cancer.INLA["coefficient of 10 % in outdoor work"][0]}, with other priors of the standard deviation and share). Without neighbours the coefficient is more than a
standard deviation away. CARBayes is not in Debian, and was not compared.
"""


def main() -> None:
    """Compare, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", type=Path)
    args = parser.parse_args()
    counties = lip_cancer.lip_cells()
    quick = lip_cancer.fast(counties)
    lip = lip_cancer.compared(counties, fast=quick, sampling=lip_cancer.long(counties, quick, LONG))
    made = page(covariates_against_r.compared(covariates_against_r.supplied_cells()), lip)
    print(made)
    if args.write:
        args.write.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
