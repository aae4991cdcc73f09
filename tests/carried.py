"""A fit of a small world carried over to other areas: one merged, one split, the others as they were."""

import pandas as pd

from equitymodel.data.areas.crosswalk import read_crosswalk
from equitymodel.studies.carried_fit import carry_fit


def crosswalk_for(fit):
    """Let the first two areas become one, the third fall to that and to a new one, and the others stay."""
    first, second, third, *others = (str(area) for area in fit.cells["ics"].values)
    groups = [str(label) for label in fit.cells["deprivation"].values]
    rows = pd.DataFrame({"from": [first, second, *others], "to": ["north", "north", *others]})
    whole = rows.assign(group="all", weight=1)
    lower = [0.2 + 0.1 * number for number in range(len(groups))]
    parts = [pd.DataFrame({"from": third, "to": to, "group": groups, "weight": weights, "small_areas": 40.0})
             for to, weights in (("north", lower), ("south", [1 - weight for weight in lower]))]  # fmt: skip
    return read_crosswalk(pd.concat([whole, *parts]))


def carried(fit):
    return carry_fit(fit, crosswalk_for(fit))
