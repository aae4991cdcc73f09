import pandas as pd
import pytest

from equitymodel.errors import OptionError
from equitymodel.report.disclosure.count_table import CountTable
from equitymodel.report.disclosure.in_disguise import InDisguise

pytestmark = pytest.mark.unit
FRAME = pd.DataFrame({"ics": ["A", "A", "B"], "group": [1, 2, 1], "n": [3, 20, 8], "people": [100, 200, 90]})


def table(frame=FRAME, **changed):
    return CountTable(**{"name": "t", "frame": frame, "dims": ("ics", "group"), "count": "n"} | changed)


def test_all_margins_are_every_block_of_totals():
    assert list(table(margins="all").kept()) == [("ics", "group"), ("ics",), ("group",), ()]
    assert list(table(margins=((), ("ics",))).kept()) == [("ics", "group"), (), ("ics",)]
    assert list(table().kept()) == [("ics", "group")]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"count": "nn"}, "no column 'nn'. Did you mean 'n'"),
        ({"dims": ("isc", "group")}, "Did you mean 'ics'"),
        ({"population": "peple"}, "Did you mean 'people'"),
        ({"in_disguise": (InDisguise("rate", per="pop"),)}, "no column 'pop'"),
        ({"margins": (("icss",),)}, "cannot keep 'icss'.*Did you mean 'ics'"),
        ({"dims": ("ics",)}, "2 rows .*come twice"),
        ({"frame": FRAME.assign(n=[3.5, 20, 8])}, r"1 rows \(A 1\).*whole numbers"),
        ({"frame": FRAME.assign(n=[3, "*", 8])}, r"\(A 2\).*before anything is hidden"),
        ({"frame": FRAME.assign(n=[3, -1, 8])}, "0 or more"),
        ({"frame": FRAME.assign(ics=["A", "All", "B"])}, "ask for them with margins"),
        ({"frame": FRAME.assign(ics=["A", None, "B"])}, "a label is missing"),
        ({"population": "people", "frame": FRAME.assign(people=[2, 200, 90])}, "'n' is above 'people'"),
    ],
)
def test_a_table_that_cannot_be_meant_is_refused(changed, says):
    with pytest.raises(OptionError, match=says):
        table(**changed)
