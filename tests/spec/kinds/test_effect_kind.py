"""What follows from what a kind says of itself."""

import numpy as np
import pytest

from equitymodel.spec.kinds.effect_kind import EffectKind

pytestmark = pytest.mark.unit
PLAIN = {"name": "bump", "statement": "a bump", "compared": "bump", "basis": lambda _: np.ones((5, 1))}


def test_a_kind_with_one_value_has_one_shape_and_takes_sums_and_spreads():
    kind = EffectKind(**PLAIN)
    assert (kind.count(5), kind.shaped, kind.centrable) == (1, False, True)
    assert kind.refuse(sums_to_zero=True, spreads=True) is None


def test_a_kind_with_a_covariate_is_not_centred():
    assert not EffectKind(**PLAIN, covariate=lambda cells: cells["need_line"]).centrable


def test_weights_of_shapes_are_not_centred_and_take_neither_sums_nor_spreads():
    kind = EffectKind(**PLAIN, shape_count=lambda groups: groups - 3)
    assert (kind.count(5), kind.shaped, kind.centrable) == (2, True, False)
    assert kind.refuse(sums_to_zero=False, spreads=False) is None
    assert kind.refuse(sums_to_zero=True, spreads=False) == "a bump takes no sum_to_zero"
    assert kind.refuse(sums_to_zero=False, spreads=True) == "a bump takes no spread_over"


def test_shapes_that_are_alike_may_sum_to_zero_and_spread_each_without_the_other():
    shaped = {**PLAIN, "shape_count": lambda groups: groups - 2}
    sums, spreads = EffectKind(**shaped, sums_freely=True), EffectKind(**shaped, spreads_freely=True)
    assert sums.refuse(sums_to_zero=True, spreads=False) is None
    assert sums.refuse(sums_to_zero=True, spreads=True) == "a bump takes no spread_over"
    assert spreads.refuse(sums_to_zero=False, spreads=True) is None
    assert spreads.refuse(sums_to_zero=True, spreads=True) == "a bump takes no sum_to_zero"
