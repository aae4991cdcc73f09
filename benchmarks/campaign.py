"""The evidence: every gate of validation as one command, with a page a study and a front page.

    uv run python benchmarks/campaign.py                                  # all studies in full: many hours; resumes
    uv run python benchmarks/campaign.py --study no_change --replicates 400
    uv run python benchmarks/campaign.py --quick                          # minutes; fails if a limit is missed by far
    uv run python benchmarks/campaign.py --pages                          # write the pages from what was found last

What a study found is put into `benchmarks/evidence.json`; docs/evidence.md and docs/evidence/ are made of that alone.
Replicates that are in the folder of `--keep` are not done again.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
import tempfile
import time
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from campaign_studies import STUDIES, Run
from claims import Claim
from evidence_page import pages

import equitymodel

RECORD = Path(__file__).with_name("evidence.json")
DOCS = Path(__file__).parents[1] / "docs"
VERSIONS = ("numpy", "scipy", "numba", "pandas", "xarray")
QUICK, LOOSE = 20, 4.0
"""Replicates of the quick version, and by how many Monte Carlo errors a limit must be missed in it."""
QUICKLY = ("hidden", "change", "no_change", "calibration", "intervals", "no_gap")
"""Studies of the quick version: those made of tests are run by the tests anyway, the others take longer."""


def campaign(names: list[str], replicates: int | None, keep: Path, workers: int) -> dict[str, object]:
    """Run studies one after another; each is put into the record as soon as it is done."""
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    for name in names:
        asked = replicates or STUDIES[name].full
        started = time.monotonic()
        claims = STUDIES[name].run(Run(asked, keep / name, workers=workers))
        print(f"{name}: {said(claims)}; {time.monotonic() - started:.0f} s", flush=True)
        record[name] = {"claims": [asdict(claim) for claim in claims], "asked": asked} | made()
        RECORD.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    return record


def made() -> dict[str, object]:
    """Say when and by what a study was run."""
    versions = {"equitymodel": equitymodel.__version__, "Python": platform.python_version()}
    return {"day": f"{datetime.now(UTC):%Y-%m-%d}", "versions": versions | {name: version(name) for name in VERSIONS}}


def said(claims: list[Claim]) -> str:
    """Count how claims came out."""
    outcomes = [claim.outcome() for claim in claims]
    return ", ".join(f"{outcomes.count(one)} {one}" for one in ("pass", "miss", "no limit") if one in outcomes)


def quick(names: list[str], replicates: int = QUICK, workers: int = 1) -> list[str]:
    """Run a part of each study with few replicates, and name what lies far beyond its limit; nothing is kept or written."""
    far = []
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            started = time.monotonic()
            claims = STUDIES[name].run(Run(replicates, Path(folder) / name, quick=True, workers=workers))
            print(f"{name}: {said(claims)}; {time.monotonic() - started:.0f} s", flush=True)
            far += [f"{one.what}: {one.figure}, limit {one.limit}" for one in claims if too_far(one)]
    return far


def too_far(claim: Claim) -> bool:
    """Say whether the quick version fails for it: far beyond its limit, but not for intervals that hold too often."""
    wide = claim.per_cent and claim.low is not None and claim.found >= claim.low
    return not wide and claim.outcome(LOOSE) == "miss"


def write(record: dict[str, object]) -> None:
    """Write the pages of what was found."""
    for name, text in pages(record, DOCS).items():
        (DOCS / name).write_text(text, encoding="utf-8")


def main() -> None:
    """Read the command line and run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--quick", action="store_true", help=f"{QUICK} replicates of a part of each study, loose limits"
    )
    parser.add_argument(
        "--study", nargs="+", choices=STUDIES, metavar="NAME", help="all by default, or those of the quick version"
    )
    parser.add_argument("--replicates", type=int, help="of each study; what each is meant to have by default")
    parser.add_argument(
        "--keep", type=Path, default=Path("results/campaign"), help="folder of replicates that are done"
    )
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--pages", action="store_true", help="only write the pages again")
    given = parser.parse_args()
    if given.pages:
        write(json.loads(RECORD.read_text(encoding="utf-8")))
    elif given.quick:
        far = quick(given.study or list(QUICKLY), given.replicates or QUICK, given.workers)
        sys.exit("\n".join(far) or 0)
    else:
        write(campaign(given.study or list(STUDIES), given.replicates, given.keep, given.workers))


if __name__ == "__main__":
    main()
