import datetime as dt

import ibis
import pytest

from equitymodel.cli.option_words import in_options
from equitymodel.data.records.written_days import as_day, as_month, pattern_of
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit


def day_of(given, kind="string", written=None):
    return as_day(ibis.literal(given, type=kind), written).to_pyarrow().as_py()


@pytest.mark.parametrize(
    ("text", "day"),
    [("2024-04-01", 20240401), (" 2024-04-01 09:30:00", 20240401), ("2024-04-01T09:30", 20240401), ("2024/04/01", 20240401),
     ("20240401", 20240401), ("01/04/2024", None), ("2024-02-30", None), ("2024-02-29", 20240229),
     ("2023-02-29", None), ("1900-02-29", None), ("2000-02-29", 20000229), ("2024-04-31", None),
     ("2024-13-01", None), ("2024-00-10", None), ("2024-01-00", None), ("2024-12-31", 20241231),
     ("2024", None), ("2024-04", None), ("2024-04-01x", None), ("", None)],
)  # fmt: skip
def test_days_are_read_or_are_not_there(text, day):
    assert day_of(text) == day


@pytest.mark.parametrize(
    ("text", "written", "day"),
    [
        ("01/04/2024", "%d/%m/%Y", 20240401),
        ("1/4/2024", "%d/%m/%Y", 20240401),
        ("04/01/2024", "%m/%d/%Y", 20240401),
        ("31/06/2024", "%d/%m/%Y", None),
        ("01.04.24", "%d.%m.%y", 20240401),
        ("01x04x24", "%d.%m.%y", None),
        ("01.04.69", "%d.%m.%y", 19690401),
        ("01APR2024", "%d%b%Y", 20240401),
        ("01 april 2024", "%d %B %Y", 20240401),
        ("01 Apx 2024", "%d %b %Y", None),
        ("01/04/2024 23:59", "%d/%m/%Y %H:%M", 20240401),
        ("2024-04-01", "%d/%m/%Y", None),
    ],
)
def test_days_are_read_as_they_are_said_to_be_written(text, written, day):
    assert day_of(text, written=written) == day


@pytest.mark.parametrize(
    ("given", "kind"),
    [(dt.date(2024, 4, 1), "date"), (dt.datetime(2024, 4, 1, 9, 30), "timestamp"), (20240401, "int64"),
     (20240401.0, "float64")],
)  # fmt: skip
def test_days_of_dates_and_of_numbers_are_read_with_their_months(given, kind):
    column = ibis.literal(given, type=kind)
    assert day_of(given, kind) == 20240401
    assert as_month(column, as_day(column)).to_pyarrow().as_py() == 24291


@pytest.mark.parametrize("written", ["%d/%m", "%d/%m/%Y/%y", "%A %d %m %Y", "day", "%d/%m/%Q", "%d%d%m%Y"])
def test_a_format_that_makes_no_day_is_refused_by_the_name_of_the_option(written):
    with pytest.raises(OptionError, match="give day, month and year") as error:
        pattern_of(written)
    assert in_options(str(error.value)).startswith("--date-format cannot be")
