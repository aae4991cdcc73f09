"""A specification and cells laid out in blocks: axes, counts, effects and constraints."""

import numpy as np
import pytest

from equitymodel.errors import OptionError
from equitymodel.inference.grouped.lay_out_latent import lay_out_latent
from tests.inference.laplace.worlds import MODELS, make_world

pytestmark = pytest.mark.unit


@pytest.fixture(params=MODELS)
def spec(request):
    return MODELS[request.param]


def test_counts_and_expected_admissions_lie_where_their_labels_say(spec):
    cells = make_world()
    field = lay_out_latent(spec, cells)
    known = cells["admissions"].where(cells["offered"]).transpose("deprivation", *field.axes).values
    expected = cells["expected_admissions"].isel(adjustment=-1).transpose("deprivation", *field.axes).values
    weighs = field.known[:, 0, 0] > 0
    assert (weighs == np.isfinite(known)).all()
    assert (field.low[:, 0, 0][weighs] == known[weighs]).all()
    np.testing.assert_allclose(np.exp(field.log_expected[:, 0, 0][weighs]), expected[weighs])


def test_no_known_count_at_all_is_an_error():
    cells = make_world()
    with pytest.raises(OptionError, match="no cell has a known count"):
        lay_out_latent(MODELS["need_adjusted"], cells.assign(admissions=cells["admissions"] * np.nan))


def test_only_effects_that_mean_something_are_laid_out():
    field = lay_out_latent(MODELS["need_adjusted"], make_world(procedures=1, holes=False))
    names = {component.part.effect.name for block in field.blocks for component in block}
    assert "procedure_gradient" not in names
    assert "ics_gradient" in names


def test_overdispersion_is_one_each_procedure_or_one_for_all():
    cells = make_world(procedures=3)
    assert lay_out_latent(MODELS["need_adjusted"], cells).overdispersion_count == 3
    assert lay_out_latent(MODELS["no_sums"], cells).overdispersion_count == 1
    assert lay_out_latent(MODELS["no_pairs"], cells).overdispersion_count == 0


def test_either_grouping_may_be_the_columns():
    chosen = {lay_out_latent(spec, make_world(areas=5, procedures=3)).axes for spec in MODELS.values()}
    assert chosen == {("procedure", "ics"), ("ics", "procedure")}
    few_areas, many_areas = (
        lay_out_latent(MODELS["no_sums"], make_world(areas=areas, procedures=procedures)).axes
        for areas, procedures in ((3, 8), (8, 3))
    )
    assert (few_areas, many_areas) == (("procedure", "ics"), ("ics", "procedure"))


def test_cells_that_are_not_known_have_no_weight():
    cells = make_world()
    field = lay_out_latent(MODELS["need_adjusted"], cells)
    known = field.known[:, 0, 0]
    order = [field.axes.index(dim) + 1 for dim in ("ics", "procedure")]
    by_cell = np.moveaxis(known, order, [0, 2])
    usable = (cells["offered"] & cells["admissions"].notnull()).transpose("ics", "deprivation", "procedure").values
    assert (by_cell == usable).all()
    assert known.sum() == cells["admissions"].size - 7
