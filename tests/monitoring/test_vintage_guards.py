import pytest

from equitymodel.errors import OptionError
from equitymodel.monitoring.vintage_guards import refuse_shorter
from tests.monitoring.small_counts import rows

pytestmark = pytest.mark.unit


def test_what_goes_on_passes():
    refuse_shorter(rows([1, 2], groups=2), rows([1, 3, 4], groups=2))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda new: new[new["period"] != "2026-01-01"], "no period 2026-01-01"),
        (lambda new: new[new["deprivation"] != "1"], "no deprivation 1"),
        (lambda new: new.drop(index=3), "no row of 2026-02-01, 1"),
        (lambda new: new.drop(columns="deprivation"), "no column deprivation"),
    ],
)
def test_what_is_gone_is_named(change, said):
    before = rows([1, 2, 3, 4, 5], groups=2)
    with pytest.raises(OptionError, match=said):
        refuse_shorter(before, change(before))


def test_only_a_few_are_named():
    with pytest.raises(OptionError, match="2026-03-01 and 2 more"):
        refuse_shorter(rows([1] * 6), rows([1], first="2026-06-01"))
