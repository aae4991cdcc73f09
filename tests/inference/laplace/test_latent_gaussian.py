"""Both linear systems have all that the engine asks of a latent Gaussian model."""

import inspect

import pytest

from equitymodel.inference.grouped.grouped_draws import GroupedDraws
from equitymodel.inference.grouped.grouped_gaussian import GroupedGaussian
from equitymodel.inference.grouped.grouped_mode import GroupedModes
from equitymodel.inference.grouped.grouped_system import GroupedSystem
from equitymodel.inference.grouped.latent_blocks import BlockVector
from equitymodel.inference.laplace import latent_gaussian as asked
from equitymodel.inference.series.gaussian_approximation import GaussianApproximation, SeriesVector
from equitymodel.inference.series.series_draws import SeriesDraws
from equitymodel.inference.series.series_latent import Predictors, SeriesLatent, SeriesModes

pytestmark = pytest.mark.unit

PAIRS = [
    (asked.LatentVector, BlockVector), (asked.LatentVector, SeriesVector), (asked.SearchStart, BlockVector),
    (asked.SearchStart, Predictors), (asked.Gaussian, GroupedGaussian), (asked.Gaussian, GaussianApproximation),
    (asked.Modes, GroupedModes), (asked.Modes, SeriesModes), (asked.LatentDraws, GroupedDraws),
    (asked.LatentDraws, SeriesDraws), (asked.LatentGaussian, GroupedSystem), (asked.LatentGaussian, SeriesLatent),
]  # fmt: skip


def members(protocol):
    return {name: value for name, value in vars(protocol).items() if not name.startswith("_")}


@pytest.mark.parametrize(("protocol", "own"), PAIRS, ids=lambda each: each.__name__)
def test_every_member_is_there_and_takes_as_many_arguments(protocol, own):
    annotated = {name for part in own.__mro__ for name in inspect.get_annotations(part)}
    for name, member in members(protocol).items():
        assert hasattr(own, name) or name in annotated, name
        if inspect.isfunction(member):
            taken = inspect.signature(getattr(own, name)).parameters
            assert len(taken) == len(inspect.signature(member).parameters), name


def test_the_field_of_one_system_gives_what_the_protocol_of_modes_says(forty_series):
    modes = forty_series.find_modes(*forty_series.initial())
    assert modes.hyper.shape == (1, forty_series.hyperparameters)
    assert modes.log_marginal.shape == modes.converged.shape == (1,)
    assert modes.third().shape == modes.gaussian.variance().shape
