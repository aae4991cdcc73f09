"""What a picture of estimates draws, as numbers."""

import pandas as pd
import pytest

from equitymodel.report.document.interval_chart import interval_chart

pytestmark = pytest.mark.unit
ROWS = pd.DataFrame({"group": ["A", "B", "C"], "procedure": "hip", "estimate": [0.6, None, 1.2], "lower": [0.5, None, 1.0],
                     "upper": [0.7, None, 1.4]})  # fmt: skip


def test_rows_keep_their_order_and_what_is_not_known_is_left_out():
    chart = interval_chart(ROWS, ["group", "procedure"], "rate ratio")
    assert chart.rows["label"].tolist() == ["A, hip", "C, hip"]
    assert chart.rows["estimate"].tolist() == [0.6, 1.2]


def test_nothing_is_drawn_of_nothing_known():
    assert interval_chart(ROWS[ROWS["group"] == "B"], ["group"], "rate ratio") is None


@pytest.mark.parametrize(("ratio", "line"), [(True, 1.0), (False, 0.0)])
def test_the_line_is_where_nothing_differs(ratio, line):
    assert interval_chart(ROWS, ["group"], "quantity", ratio=ratio).without_effect == line


def test_what_is_picked_out_is_picked_by_row_whatever_its_label():
    chart = interval_chart(ROWS, ["procedure"], "rate ratio", picked_out=ROWS["group"] == "C")
    assert chart.rows["picked_out"].tolist() == [False, True]
    assert not interval_chart(ROWS, ["group"], "rate ratio").rows["picked_out"].any()
