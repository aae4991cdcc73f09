"""How often does the check on the direction of deprivation refuse what is right, and how often does it catch a table in reverse?

    uv run python benchmarks/direction_refusals.py --replicates 2000 --write docs/direction.md

Right tables are real ones, of other years, registers, ages and another index than the shipped residents; random
shares are no table at all. Each is cut down to areas drawn at random, as given and in reverse.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from equitymodel.data.cells.deprivation_direction import POSITIVE, VERY_STRONG, reversed_probability
from equitymodel.data.tables.areas import icb_residents

DATA = Path(__file__).parents[2] / "shared" / "data"
AREAS = (42, 12, 6, 1)
OLD, VERY_OLD, YOUNG = r"^(6[5-9]|[789])", r"^(8[5-9]|9)", r"^(00|05|10|0-|5-)"
OPENING = """# How sure is the direction of deprivation?

*Made by `uv run python benchmarks/direction_refusals.py --replicates {replicates} --write docs/direction.md`.*

A table whose groups are numbered from the wrong end gives every result the wrong way round. Where the codes of areas
are known, the residents of the table are held against the published ones of the same areas: as given, in reverse, or
neither, each as likely beforehand (`reversed_probability` of `data/cells/deprivation_direction.py`). The check is an
**error** (D01) above odds of 150 to 1 for reverse, *very strong evidence* on the scale of Kass and Raftery (1995); a
**warning** (D12) above 3 to 1; and silent otherwise. `--direction stated` turns the error into a warning.

Shares of random areas, in per cent of {replicates} draws; with one area and with 42, of all there are.

| table | areas | refused as given | warned as given | refused in reverse | warned in reverse |
|---|---|---|---|---|---|
"""


def right_tables() -> Iterator[tuple[str, pd.DataFrame]]:
    """Give tables of residents by ICB and quintile that are right, and unlike the shipped one."""
    gp = pd.read_csv(DATA / "gp_registered_icb_imdq_jul2022.csv")
    yield "registered with a GP, July 2022", _wide(gp, "imd2019_quintile", "gp_registered_jul2022")
    people = pd.read_csv(DATA / "pop_icb_imdq_sex_age_mid2022_derived.csv")
    ages = people["age_band"]
    for name, chosen in (
        ("residents, mid-2022", ages != ""),
        ("residents aged 0 to 14", ages.str.match(YOUNG)),
        ("residents aged 65 and over", ages.str.match(OLD)),
        ("residents aged 85 and over", ages.str.match(VERY_OLD)),
        ("women aged 65 and over", ages.str.match(OLD) & (people["sex"] == "F")),
    ):
        yield name, _wide(people[chosen], "imd2019_quintile", "population_est")
    census = pd.read_csv(DATA / "pop_icb_imd2025q_age_census2021.csv").rename(columns={"icb24_code": "icb23_code"})
    yield "residents by IMD 2025, Census 2021", _wide(census, "imd2025_quintile", "residents")


def _wide(rows: pd.DataFrame, group: str, value: str) -> pd.DataFrame:
    return rows.groupby(["icb23_code", group])[value].sum().unstack(fill_value=0.0)


def probabilities(table: pd.DataFrame, areas: int, replicates: int, seed: int) -> np.ndarray:
    """Give the probability of reverse for areas drawn at random, as given and in reverse; draws by two."""
    published = icb_residents().filter(like="quintile_").loc[table.index].to_numpy(dtype=float)
    ours, published = (part / part.sum(axis=1, keepdims=True) for part in (table.to_numpy(dtype=float), published))
    draw = np.random.default_rng(seed)
    if areas in (1, len(table)):
        chosen = [[row] for row in range(len(table))] if areas == 1 else [range(len(table))]
    else:
        chosen = [draw.choice(len(table), areas, replace=False) for _ in range(replicates)]
    return np.array([_both_ways(ours[list(rows)], published[list(rows)]) for rows in chosen])


def random_probabilities(areas: int, replicates: int, seed: int) -> np.ndarray:
    """Give the same for shares that are anything."""
    published = icb_residents().filter(like="quintile_").to_numpy(dtype=float)
    published = published / published.sum(axis=1, keepdims=True)
    draw = np.random.default_rng(seed)
    chosen = [draw.choice(len(published), areas, replace=False) for _ in range(replicates)]
    return np.array([_both_ways(draw.dirichlet(np.ones(5), areas), published[rows]) for rows in chosen])


def _both_ways(ours: np.ndarray, published: np.ndarray) -> tuple[float, float]:
    return reversed_probability(ours, published), reversed_probability(ours[:, ::-1], published)


def rows_of(replicates: int, seed: int) -> Iterator[str]:
    """Give a row for each table and number of areas."""
    for name, table in right_tables():
        kept = table.loc[table.index.intersection(icb_residents().index)]
        for areas in AREAS:
            yield _row(name, areas, probabilities(kept, areas, replicates, seed))
    for areas in AREAS:
        yield _row("random shares", areas, random_probabilities(areas, replicates, seed))


def _row(name: str, areas: int, found: np.ndarray) -> str:
    refused = 100 * (found > VERY_STRONG).mean(axis=0)
    warned = 100 * ((found > POSITIVE) & (found <= VERY_STRONG)).mean(axis=0)
    return f"| {name} | {areas} | {refused[0]:.1f} | {warned[0]:.1f} | {refused[1]:.1f} | {warned[1]:.1f} |"


def main() -> None:
    """Print the table, or write the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", type=Path)
    asked = parser.parse_args()
    text = OPENING.format(replicates=f"{asked.replicates}") + "\n".join(rows_of(asked.replicates, asked.seed)) + "\n"
    say = print if asked.write is None else asked.write.write_text
    say(text)


if __name__ == "__main__":
    main()
