import pytest

from equitymodel.decision.matched_draws import matched_draws

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("held", "wanted", "chosen"),
    [(4, 4, [0, 1, 2, 3]), (7, 3, [0, 3, 6]), (7, 1, [0]), (2, 5, [0, 1, 0, 1, 0]), (1, 3, [0, 0, 0])],
)
def test_draws_are_spaced_evenly_or_taken_again(held, wanted, chosen):
    assert matched_draws(held, wanted).tolist() == chosen
