"""Rules of a list as they are kept beside their tables: who is treated under each, draw by draw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import xarray as xr

from equitymodel.argument_types import refuses_other_types
from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.errors import OptionError
from equitymodel.inference.saved_fit import FILE, NOT_FOR_RELEASE, file_in, read_tree, refusing, write_tree

KIND = "waiting"


@dataclass(frozen=True)
class KeptRules:
    """What an option that follows a rule of a list needs of a comparison.

    Attributes
    ----------
    treated
        People treated over all weeks: dims ``rule, ics, draw`` and group; the first rule is how the list is run now.
    rules
        A row a rule, with ``rule`` and ``why_contested``, as of a comparison.
    facts
        What is known of the table of the list.
    specialties
        Of the lists that were run together.
    weeks
        Over how many they were run.
    stated, stamp
        What was not learned from data; and a warning that goes with everything, empty if there is none.
    """

    treated: xr.DataArray
    rules: pd.DataFrame
    facts: CellFacts
    specialties: tuple[str, ...]
    weeks: int
    stated: tuple[str, ...] = ()
    stamp: str = ""


def save_rules(kept: KeptRules, path: Path | str) -> None:
    """Save what options need of a comparison as NetCDF; an existing file is replaced.

    Notes
    -----
    Draws are kept in single precision. See `open_rules` for an example of both.
    """
    plain = kept.treated.astype("float32").drop_vars(
        [name for name in kept.treated.coords if name not in kept.treated.dims]
    )
    data = kept.facts.keep_with(xr.Dataset({"treated": plain}))
    tree = xr.DataTree.from_dict({f"/{KIND}": data})
    own = {"rules": kept.rules.to_dict("list"), "specialties": kept.specialties, "weeks": kept.weeks,
           "stated": kept.stated, "stamp": kept.stamp}  # fmt: skip
    tree.attrs = {"kind": KIND, "said": json.dumps(own), "release": NOT_FOR_RELEASE}
    write_tree(tree, Path(path))


@refuses_other_types
def open_rules(folder: Path | str) -> KeptRules:
    """Open what options need of a comparison of rules, from the folder of its results.

    Parameters
    ----------
    folder
        That ``equitymodel waiting`` wrote, or the file in it.

    Returns
    -------
    KeptRules
        As it was saved; an `OptionError` where it was not by that command, or was changed since.

    Examples
    --------
    >>> from tempfile import mkdtemp
    >>> treated = xr.DataArray([[[[3.0, 4.0]]]], {"rule": ["Now"], "ics": ["QMF"], "deprivation": ["1", "5"]},
    ...                        ("rule", "ics", "draw", "deprivation"))
    >>> rules = pd.DataFrame({"rule": ["Now"], "why_contested": [""]})
    >>> path = Path(mkdtemp()) / "posterior.nc"
    >>> save_rules(KeptRules(treated, rules, CellFacts(), ("hip",), 52), path)
    >>> open_rules(path).treated.values.ravel(), open_rules(path).specialties
    (array([3., 4.]), ('hip',))
    """
    file = file_in(folder)
    if not file.is_file():
        raise OptionError(f"{folder} holds no {FILE}; give the folder that equitymodel waiting wrote; if a version "
                          "made it that kept no draws, make it again")  # fmt: skip
    tree = read_tree(file)
    if tree.attrs.get("kind") != KIND:
        raise OptionError(f"{file} holds no rules of a list; give the folder that equitymodel waiting wrote")
    with refusing(file):
        data, said = tree[KIND].to_dataset(inherit=False), json.loads(tree.attrs["said"])
        return KeptRules(
            data["treated"].astype("float64"), pd.DataFrame(said["rules"]), CellFacts.of(data),
            tuple(said["specialties"]), int(said["weeks"]), tuple(said["stated"]), str(said["stamp"]),
        )  # fmt: skip
