from dataclasses import replace

import pytest

from equitymodel.decision.pathway_labels import refuse_other_pathways
from equitymodel.decision.strategy_effect import Capacity, EffectOptions, PerAdmission
from equitymodel.errors import OptionError
from tests.decision.test_through_pathway import certain, reference

pytestmark = pytest.mark.unit
NOTHING = EffectOptions(())


@pytest.mark.parametrize(
    ("effect", "said"),
    [
        (certain(6, 0.1, stage="see"), "no stage 'see'. Did you mean 'seen'"),
        (certain(6, 0.1, procedures=("hips",)), "no procedure 'hips'"),
        (certain(6, 0.1, ics=("B",)), "no ics 'B'"),
        (certain(6, 0.1, reach=(0.1, 0.2, 0.3)), "reach has 3 values; there are 2 groups"),
        (certain(6, 0.1, reach={"B": (0.1, 0.2)}), "no ics 'B'"),
        (certain(6, 0.1, reach={}), "no reach is given for A"),
    ],
)
def test_an_effect_on_what_is_not_there_is_refused(effect, said):
    with pytest.raises(OptionError, match=said):
        refuse_other_pathways(reference(), EffectOptions((effect,)))


def test_groups_without_order_are_refused():
    pathway = reference()
    with pytest.raises(OptionError, match="log_passage has no dim deprivation"):
        refuse_other_pathways(replace(pathway, log_passage=pathway.log_passage.rename(deprivation="group")), NOTHING)


def test_a_pathway_of_persons_or_of_more_dims_is_refused():
    pathway = reference()
    for dim, said in (("patient_id", "identifies persons"), ("site", "a dim site")):
        wide = replace(pathway, log_passage=pathway.log_passage.expand_dims(dim))
        with pytest.raises(OptionError, match=said):
            refuse_other_pathways(wide, NOTHING)


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        (
            {"per_admission": PerAdmission(cost={"hips": 1.0})},
            "per_admission, cost: the pathway has no procedure 'hips'",
        ),
        ({"capacity": Capacity("hours", {"B": 1.0})}, "capacity, spare: the pathway has no ics 'B'"),
        ({"capacity": Capacity("hours", {})}, "nothing is given for A"),
    ],
)
def test_amounts_of_what_is_not_there_are_refused(stated, said):
    with pytest.raises(OptionError, match=said):
        refuse_other_pathways(reference(), EffectOptions((), **stated))


def test_need_of_other_cells_is_refused():
    pathway = reference()
    with pytest.raises(OptionError, match="need and log_passage have other labels of ics: A, B"):
        refuse_other_pathways(replace(pathway, need=pathway.need.assign_coords(ics=["B"])), NOTHING)
    with pytest.raises(OptionError, match="linked and log_passage have other labels of stage: found"):
        refuse_other_pathways(replace(pathway, linked=pathway.linked[1:]), NOTHING)
