from dataclasses import replace

import pytest

from equitymodel.errors import OptionError
from equitymodel.estimands.gaps import pooled_ratio, rate_ratio
from equitymodel.estimands.summary import summarise
from equitymodel.studies.index_change import indices_side_by_side

pytestmark = pytest.mark.unit


def by_index(fit, index, **cells):
    forced = fit.require_sound(force=True)
    return replace(forced, cells=fit.cells.assign(cells).assign_attrs(deprivation_index=index))


def test_gaps_by_two_indices_stand_side_by_side(quick_fit):
    table = indices_side_by_side([by_index(quick_fit, "IMD 2019"), by_index(quick_fit, "IMD 2025")])
    gaps = summarise(rate_ratio(pooled_ratio(by_index(quick_fit, "IMD 2019"))))
    assert table["deprivation_index"].tolist() == ["IMD 2019", "IMD 2025"] * len(gaps)
    assert table["estimate"].tolist() == [gap for gap in gaps["estimate"] for _ in range(2)]
    assert table["relative_to_first"].tolist() == [1.0] * len(table)
    assert {"interval_probability", "interval_kind", "probability_of"} <= set(table.columns)


def test_one_index_twice_or_alone_is_refused(quick_fit):
    one = by_index(quick_fit, "IMD 2019")
    with pytest.raises(OptionError, match="by one index, 'IMD 2019'"):
        indices_side_by_side([one, one])
    with pytest.raises(OptionError, match="two fits or more"):
        indices_side_by_side([one])


def test_other_admissions_are_refused(quick_fit):
    more = by_index(quick_fit, "IMD 2025", admissions=quick_fit.cells["admissions"] * 1.1)
    with pytest.raises(OptionError, match="different admissions"):
        indices_side_by_side([by_index(quick_fit, "IMD 2019"), more])


def test_other_procedures_are_refused(quick_fit):
    names = [f"other {name}" for name in quick_fit.cells["procedure"].values]
    other = by_index(quick_fit, "IMD 2025", procedure=names)
    with pytest.raises(OptionError, match="different procedures"):
        indices_side_by_side([by_index(quick_fit, "IMD 2019"), other])
