"""A published fit with neighbours, made again by the fast engine."""

import lip_cancer
import pytest

pytestmark = pytest.mark.unit
CELLS = lip_cancer.lip_cells()


@pytest.fixture(scope="module")
def draws():
    return lip_cancer.fast(CELLS, draws=2000)


def test_the_counties_and_their_borders_are_those_of_the_source():
    assert CELLS["admissions"].sum() == 536
    assert float(CELLS["expected_admissions"].sum()) == pytest.approx(536.2)
    assert CELLS["neighbours"].sum() == 2 * 132
    assert (CELLS["neighbours"] == CELLS["neighbours"].values.T).all()
    assert CELLS["neighbours"].sum("neighbour").sel(ics="area 29") == 11


@pytest.mark.parametrize("name", lip_cancer.PUBLISHED)
def test_each_published_number_is_found_within_a_third_of_its_standard_deviation(draws, name):
    found = lip_cancer.in_published_terms(draws, CELLS)[name]
    mean, sd = lip_cancer.PUBLISHED[name]
    assert float(found.mean()) == pytest.approx(mean, abs=sd / 3)
    assert float(found.std()) == pytest.approx(sd, rel=0.1)


@pytest.mark.parametrize("name", lip_cancer.INLA)
def test_coefficients_are_those_of_inla_within_a_tenth(draws, name):
    mean, sd = lip_cancer.INLA[name]
    assert float(lip_cancer.in_published_terms(draws, CELLS)[name].mean()) == pytest.approx(mean, abs=sd / 10)


def test_without_neighbours_the_published_coefficient_is_not_found():
    """What would be seen if the structure of neighbours were wrong."""
    apart = CELLS.assign(neighbours=CELLS["neighbours"] * 0.0)
    name = "coefficient of 10 % in outdoor work"
    found = lip_cancer.in_published_terms(lip_cancer.fast(apart, draws=2000), apart)[name]
    mean, sd = lip_cancer.PUBLISHED[name]
    assert abs(float(found.mean()) - mean) > sd
