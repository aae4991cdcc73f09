"""A pathway saved as `equitymodel stages` saves one, for tests of what opens it."""

from __future__ import annotations

import json
from pathlib import Path

import xarray as xr

from equitymodel.inference.saved_fit import write_tree
from equitymodel.simulate.made_up_pathway import MadeUpPathway


def save_pathway(made: MadeUpPathway, folder: Path, *, verdict: str = "PASS", forced: int = 0) -> None:
    """Write ``posterior.nc`` with what was observed, the draws and a diagnosis."""
    first = xr.concat([xr.DataArray([1], {"stage": ["need"]}, ("stage",)), made.linked.astype("int8")], "stage")
    stages = xr.Dataset(coords={"stage": first["stage"], "linked": first, "ics": made.need["ics"],
                                "ics_name": ("ics", [f"The {code}" for code in made.need["ics"].values])})  # fmt: skip
    drawn = xr.Dataset({"need": made.need, "log_passage": made.log_passage}).astype("float32")
    tree = xr.DataTree.from_dict({"/stages": stages, "/profile": drawn})
    check = {"name": "all", "value": 0.0, "verdict": verdict, "limit": "0"}
    tree.attrs = {"kind": "stages", "diagnosis": json.dumps({"checks": [check]}), "seed": 1, "forced": forced}
    write_tree(tree, folder / "posterior.nc")
