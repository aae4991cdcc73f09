import pytest

pytestmark = pytest.mark.unit


def test_a_result_is_made_once_and_read_after_that(once):
    made = []

    def make():
        made.append(1)
        return {"answer": 42}

    assert [once("test_once", make), once("test_once", make)] == [{"answer": 42}] * 2
    assert len(made) <= 1


def test_results_of_two_names_are_two(once):
    assert once("test_once_a", lambda: "a") + once("test_once_b", lambda: "b") == "ab"
