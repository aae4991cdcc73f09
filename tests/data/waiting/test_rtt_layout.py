import pandas as pd
import pytest

from equitymodel.data.waiting.rtt_layout import WEEKS_IN_MONTH, read_rtt
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def published(**columns):
    """Two providers of one ICB, in the layout of the full CSV."""
    parts = [("Part_1A", [4, 2, 0], 6), ("Part_1B", [6, 0, 2], 8), ("Part_2", [30, 20, 10], 60), ("Part_2A", [9, 9, 9], 27),
             ("Part_3", ["", "", ""], 18)]  # fmt: skip
    rows = [("RRK", "QHL", part, "C_110", *weeks, total) for part, weeks, total in parts]
    rows += [("RR1", *row[1:]) for row in rows] + [("RRK", "QHL", "Part_2", "C_999", 99, 99, 99, 297)]
    names = ["Provider Org Code", "Commissioner Parent Org Code", "RTT Part Type", "Treatment Function Code",
             "Gt 00 To 01 Weeks SUM 1", "Gt 01 To 02 Weeks SUM 1", "Gt 02 Weeks SUM 1", "Total All"]  # fmt: skip
    return pd.DataFrame(rows, columns=names).assign(**columns)


def test_the_full_csv_is_read_with_providers_added_up_and_totals_left_out():
    table = read_rtt(published())
    assert table["waiting_low"].values.ravel().tolist() == [60, 40, 20]
    assert table["procedure"].values.tolist() == ["C_110"]
    assert table["band"].values.tolist() == ["0", "1", "2+"]
    assert table["deprivation"].values.tolist() == ["All groups"]


def test_people_a_month_become_people_a_week():
    table = read_rtt(published(), weeks_in_period=4)
    assert table["treated"].values.ravel() == pytest.approx([5, 1, 1])
    assert float(table["added"].squeeze()) == 9
    assert pytest.approx(365.25 / 84) == WEEKS_IN_MONTH


def test_a_file_that_is_something_else_is_refused():
    with pytest.raises(OptionError, match="no columns of weeks waited"):
        read_rtt(published().drop(columns=[name for name in published() if name.startswith("Gt")]))
    with pytest.raises(OptionError, match="need a column"):
        read_rtt(published().drop(columns="RTT Part Type"))
    with pytest.raises(OptionError, match="no incomplete pathways"):
        read_rtt(published()[lambda rows: ~rows["RTT Part Type"].str.startswith("Part_2")])
