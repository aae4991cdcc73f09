import numpy as np
import pandas as pd
import pytest

from equitymodel.monitoring.causes import Cause
from equitymodel.monitoring.changes_since import changes_since

pytestmark = pytest.mark.unit


def table(*estimates, **more):
    rows = pd.DataFrame({"measure": ["ratio", "gap"][: len(estimates)], "estimate": estimates})
    return rows.assign(lower=rows["estimate"] - 1.96, upper=rows["estimate"] + 1.96, unit="ratio", **more)


def test_nothing_moved_gives_no_row():
    assert changes_since({"gaps": table(1.0, 2.0)}, {"gaps": table(1.0, 2.0)}, []).empty


def test_old_and_new_stand_side_by_side_in_standard_deviations():
    found = changes_since({"gaps": table(1.0, 2.0)}, {"gaps": table(1.0, 2.5)}, [Cause("revision", "1 count")])
    assert found[["table", "measure", "before", "after", "why"]].values.tolist() == [
        ["gaps", "gap", 2.0, 2.5, "revision"]]  # fmt: skip
    assert found["standard_deviations"].tolist() == pytest.approx([0.5])


def test_every_reason_is_named_once():
    causes = [Cause("new data", "a"), Cause("new data", "b"), Cause("population", "c")]
    assert set(changes_since({"gaps": table(1.0)}, {"gaps": table(2.0)}, causes)["why"]) == {"new data; population"}
    assert set(changes_since({"gaps": table(1.0)}, {"gaps": table(2.0)}, [])["why"]) == {"nothing that is on record"}


def test_rows_that_are_new_or_gone_are_there_without_the_other_side():
    found = changes_since({"gaps": table(1.0)}, {"gaps": table(1.0, 2.0)}, [])
    assert np.isnan(found["before"].iloc[0])
    assert found["after"].tolist() == [2.0]
    assert np.isnan(changes_since({"gaps": table(1.0, 2.0)}, {"gaps": table(1.0)}, [])["after"].iloc[0])


def test_the_last_year_moves_on_and_each_year_is_compared_with_itself():
    old, new = table(1.0, period="2022"), table(2.0, period="2023")
    assert len(changes_since({"gaps": old}, {"gaps": new}, [])) == 1
    found = changes_since({"years": old}, {"years": pd.concat([old, new])}, [])
    assert found[["period", "after"]].values.tolist() == [["2023", 2.0]]


def test_rows_that_no_label_tells_apart_are_compared_in_order():
    old = pd.concat([table(1.0), table(3.0)])
    assert changes_since({"gaps": old}, {"gaps": pd.concat([table(1.0), table(4.0)])}, [])["before"].tolist() == [3.0]
