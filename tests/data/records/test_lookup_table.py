import pandas as pd
import pytest

from equitymodel.data.records.lookup_table import keep_columns, load_lookup
from equitymodel.data.tables.findings import DataLog
from equitymodel.errors import EquityDataError

pytestmark = pytest.mark.unit


def test_numbers_become_text_and_names_in_common_use_are_read():
    frame, _ = load_lookup(pd.DataFrame({"ICB code": ["QMF"], "quintile": [1]}), DataLog(), ("ics", "deprivation"))
    assert frame.to_dict("list") == {"ics": ["QMF"], "deprivation": ["1"]}


def test_a_column_that_is_missing_is_named_beside_those_there():
    with pytest.raises(EquityDataError, match=r"K01.*opcs; it has procedure"):
        keep_columns(pd.DataFrame(columns=["procedure"]), DataLog("procedures"), ("procedure", "opcs"))
