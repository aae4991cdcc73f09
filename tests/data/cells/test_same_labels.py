"""Labelled arrays with other labels are refused by every public call: a new one cannot forget."""

import inspect
from importlib import import_module

import numpy as np
import pytest
import xarray as xr

import equitymodel as em
from equitymodel.data.cells.same_labels import align_exactly, align_fields, on_same_labels
from equitymodel.errors import OptionError

pytestmark = pytest.mark.unit
STAGES = ("data", "estimands", "inference", "comparison", "studies")
LABELLED = ("DataArray", "FitOrDraws", "Fitted", "Dataset")
LABELS_DIFFER_ON_PURPOSE = {
    "sensitivity_measures": "its gap has all ICSs together as a further ICS",
    "equalising_expected": "its admissions are by band, and its cells by procedure",
    "carry_by": "its shares are by area of the crosswalk, and over the new areas",
    "evaluate": "its placebo is another series, held against its own plan",
}


def array_of(labels, annotation=""):
    array = xr.DataArray(np.ones((3, 2)), {"ics": list(labels), "deprivation": [1, 2]}, ("ics", "deprivation"))
    if "Mapping" in annotation:
        return {"one": array}
    return array.to_dataset(name="fitted") if "Dataset" in annotation else array


def pairs():
    """Every public callable with every second array that it takes beside its first."""
    for stage in STAGES:
        room = import_module(f"equitymodel.{stage}")
        for name in room.__all__:
            taken = getattr(room, name)
            if not callable(taken) or name in LABELS_DIFFER_ON_PURPOSE or isinstance(taken, type(list[int])):
                continue
            arrays = [one for one in inspect.signature(taken).parameters.values()
                      if any(word in str(one.annotation) for word in LABELLED)]  # fmt: skip
            for other in arrays[1:]:
                yield pytest.param(taken, arrays[0], other, id=f"{stage}.{name}-{other.name}")


@pytest.mark.parametrize(("call", "first", "other"), list(pairs()))
def test_every_public_call_refuses_other_labels_and_names_them(call, first, other):
    given = {name: "level_up" if name == "route" else None
             for name, one in inspect.signature(call).parameters.items()
             if one.default is one.empty and one.kind is not one.VAR_KEYWORD}  # fmt: skip
    given[first.name], given[other.name] = (
        array_of("abc", str(first.annotation)),
        array_of("abd", str(other.annotation)),
    )
    with pytest.raises(OptionError, match=r"has no ics 'd', which") as refused:
        call(**given)
    assert other.name in str(refused.value)


def test_the_walk_meets_the_calls_of_the_journeys():
    met = {param.values[0].__name__ for param in pairs()}
    assert {"directly_standardised_rate", "indirect_expected", "pooled_ratio", "shortfall", "route_change",
            "share_to_move", "slope_index", "core20_ratio", "theil_index", "YearlyAdmissions"} <= met  # fmt: skip


def test_labels_in_another_order_are_the_same_labels():
    fitted = array_of("abc") * xr.DataArray([1.0, 2.0], {"deprivation": [1, 2]}, "deprivation")
    turned = fitted.isel(ics=[2, 0, 1], deprivation=[1, 0])
    xr.testing.assert_equal(em.shortfall(fitted, fitted, reference="least_deprived_ics"),
                            em.shortfall(fitted, turned, reference="least_deprived_ics"))  # fmt: skip


def test_all_within_a_mapping_is_held_to_it():
    versions = {"population": array_of("abc"), "need": array_of("abd")}
    with pytest.raises(OptionError, match=r"versions\['need'\] has no ics 'c'"):
        em.estimands.expected_without(versions)


def test_bands_spelt_in_two_ways_are_refused():
    people = xr.DataArray([100.0, 50.0], {"age_band": ["0-44", "45+"]}, "age_band")
    standard = people.assign_coords(age_band=["00-44", "45+"])
    with pytest.raises(OptionError, match="standard has no age_band '0-44', which events has"):
        em.data.directly_standardised_rate(people, people, standard)


def test_labels_given_twice_and_other_sizes_are_refused():
    with pytest.raises(OptionError, match="more than once"):
        align_exactly({"one": array_of("abc"), "two": array_of("abb")}, "ratio")
    with pytest.raises(OptionError, match="two has 2 of ics, and one 3"):
        align_exactly({"one": array_of("abc"), "two": xr.DataArray([1.0, 2.0], dims="ics")}, "ratio")


def test_only_so_many_labels_are_named():
    many = xr.DataArray(np.ones(9), {"ics": range(9)}, "ics")
    with pytest.raises(OptionError, match="0, 1, 2, 3, 4 and 3 more"):
        align_exactly({"one": many, "two": many[8:]}, "ratio")


def test_a_dimension_that_one_lacks_holds_for_all():
    cost = xr.DataArray([1.0, 2.0], {"deprivation": [1, 2]}, "deprivation")
    assert on_same_labels(lambda one, two: one * two)(array_of("abc"), cost).sizes == {"ics": 3, "deprivation": 2}


def test_a_fit_sets_the_order():
    class Fits:
        cells = array_of("abc").to_dataset(name="fitted")

    aligned = align_exactly({"gap": array_of("cab"), "fit": Fits()}, "ratio")
    assert aligned["gap"]["ics"].values.tolist() == ["a", "b", "c"]


def test_values_are_put_in_order_as_they_are_made():
    value = em.estimands.ThreeQuantities(array_of("abc"), array_of("cab"))
    assert value.this_year["ics"].values.tolist() == ["a", "b", "c"]
    align_fields(value)
