"""Tables that disagree are found out, and those that only look different are read."""

import pandas as pd
import pytest

from equitymodel.data.cells.read_cells import data_log
from equitymodel.data.tables.areas import icb_residents
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.errors import EquityDataError
from tests.data.changes import ENDS, IMD, REVERSED, read, recode_both, rules_of

pytestmark = pytest.mark.unit


def test_reversed_groups_are_renumbered_when_asked(clean, tables, save):
    cells = read(save(**recode_both("deprivation", REVERSED)(tables)), groups=Deprivation(IMD, 5))
    assert cells.drop_attrs().identical(clean.drop_attrs())
    assert data_log(cells)["detail"].tolist() == ["5 became 1", "5 became 1"]


def test_labels_that_say_their_end_are_read(clean, tables, save):
    cells = read(save(**recode_both("deprivation", ENDS)(tables)))
    assert cells.drop_attrs().identical(clean.drop_attrs())


def published_deciles(reverse):
    """Give the residents of every board by decile, each quintile split in two."""
    people = icb_residents().filter(like="quintile_")
    groups = [(ics, 2 * q + half, row.iloc[q] / 2) for ics, row in people.iterrows() for q in range(5)
              for half in (1, 2)]  # fmt: skip
    frame = pd.DataFrame(groups, columns=["ics", "deprivation", "population"])
    return frame.assign(deprivation=11 - frame["deprivation"]) if reverse else frame


def test_reversed_deciles_are_found_out_by_where_people_live(save):
    people = published_deciles(reverse=True)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    with pytest.raises(EquityDataError, match=r"D01 in cells: .*fits the published shares when .* reversed"):
        read(save(admissions=counts, population=people))


def test_deciles_the_right_way_round_are_accepted(save):
    people = published_deciles(reverse=False)
    counts = people.assign(procedure="hip", admissions=30).drop(columns="population")
    assert rules_of(read(save(admissions=counts, population=people))) == {"S07"}


def test_areas_any_accepts_other_areas(tables, save):
    scots = recode_both("ics", {"E54000063": "S37000001"})(tables)
    with pytest.raises(EquityDataError, match="not one of the 42 boards"):
        read(save(**recode_both("ics", {"E54000063": "E54000052"})(tables)))
    cells = read(save(**scots), areas="any")
    assert cells["region"].sel(ics="S37000001") == "not known"
