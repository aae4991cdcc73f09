import json
from dataclasses import replace
from pathlib import Path

import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.inference.laplace.settings import Laplace
from equitymodel.report.provenance import provenance, record_of

pytestmark = pytest.mark.unit


def test_provenance_says_what_made_it(quick_fit):
    made = provenance(quick_fit, question={"model": "need_adjusted"})
    assert made["seed"] == 5
    assert made["options"] == {"model": "need_adjusted"}
    assert made["engine"] == "laplace"
    assert made["settings"]["draws"] == 200
    assert set(made["settings"]) <= set(Laplace().published())
    assert made["model"]["text"].startswith("format = 1")
    assert made["interval"] == {"probability": 0.95, "kind": "equal-tailed credible interval"}
    assert "nutpie" in made["versions"]
    assert made["sign_convention"].startswith("positive = the most deprived have fewer")
    json.dumps(made)


def test_cells_that_are_not_known_are_counted(quick_fit, hide):
    cells = hide(quick_fit.cells, below=60)
    low, high = cells["admissions_low"], cells["admissions_high"]
    made = provenance(replace(quick_fit, cells=cells), question={})
    assert made["cells"]["in_all"] == 8 * 5 * 2
    assert made["cells"]["count_within_bounds"] == int((low < high).sum()) > 0
    assert made["cells"]["count_not_known"] == 0


def test_groups_say_their_kind_and_their_reference(group_results):
    made = group_results.provenance
    assert made["group"]["reference_group"] == "White British"
    assert made["group"]["kind"] == "Equality Act characteristic: race"
    assert "deprivation_index" not in made
    assert "depriv" not in made["sign_convention"]


def test_what_every_result_has_stands_around_what_is_its_own(quick_fit):
    record = record_of(CellFacts.of(quick_fit.cells), {"own": 1}, options={}, seed=3)
    names = list(record)
    assert names.index("seed") < names.index("own") < names.index("exclusions_and_repairs")
    assert record["made"].endswith("+00:00")


def test_of_files_only_the_name_is_kept_as_folders_name_people(quick_fit):
    home = Path("/home/jo.bloggs")
    options = {"admissions": home / "a.csv", "more": {"need": [home / "b.csv", 3]}, "out": "results"}
    record = record_of(CellFacts.of(quick_fit.cells), {}, options=options, seed=3)
    assert record["options"] == {"admissions": "a.csv", "more": {"need": ["b.csv", 3]}, "out": "results"}
    assert "bloggs" not in json.dumps(record, default=str)
