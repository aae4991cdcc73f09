"""Words are chosen by the kind of the groups, and every kind has words for everything that is asked."""

import pytest

from equitymodel.data.cells.cell_facts import CellFacts
from equitymodel.data.tables.groups import Group
from equitymodel.report.wording.deprivation_statement import DeprivationWords
from equitymodel.report.wording.group_statement import ReferenceWords
from equitymodel.report.wording.group_words import words_of

pytestmark = pytest.mark.unit

ORDERED = CellFacts(adjustments=("population",))
OTHER = CellFacts(Group("homeless", "no"), adjustments=("population",))


@pytest.mark.parametrize(("facts", "kind"), [(ORDERED, DeprivationWords), (OTHER, ReferenceWords)])
def test_words_go_with_the_kind_of_the_groups(facts, kind):
    assert isinstance(words_of(facts), kind)


def test_every_kind_has_the_same_words_for_the_page():
    assert words_of(ORDERED).page().keys() == words_of(OTHER).page().keys()
    assert words_of(ORDERED).page()["kind"] == ""
    assert "locally chosen group" in words_of(OTHER).page()["kind"]
