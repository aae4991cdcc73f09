import pytest
from pytest_socket import disable_socket, enable_socket

pytestmark = pytest.mark.unit


def test_reading_fitting_and_drawing_need_no_network():
    disable_socket()
    try:
        import equitymodel as em

        cells = em.example_cells(procedures=["tonsillectomy"])
        assert em.check_prior(em.load_model(), cells, seed=1).absurd is False
        assert em.comparison.quasi_poisson_gap(cells)["estimate"].notna().all()
    finally:
        enable_socket()
