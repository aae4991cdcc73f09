"""Integrate over the hyperparameters by Hamiltonian Monte Carlo on their Laplace marginal.

Used where importance sampling is inefficient, mostly with many hyperparameters. All chains take the
same steps at once, so that every gradient is evaluated for all of them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from equitymodel.inference.laplace.adapted_transform import Transform
from equitymodel.inference.laplace.target import Target
from equitymodel.inference.progress import Progress

TARGET_ACCEPTANCE = 0.85
"""Acceptance rate to which the step size is tuned."""
TRAJECTORY_LENGTH = np.pi / 2
"""Length of a trajectory in normalised coordinates: a quarter period of a standard normal, so draws decorrelate."""
MOST_STEPS = 12
"""Most leapfrog steps of a trajectory."""


@dataclass(frozen=True)
class HamiltonianChains:
    """Draws of the hyperparameters by several chains.

    Attributes
    ----------
    hyper
        Shape (chain, draw, hyperparameter).
    start
        Start of a search for the latent mode of each, batches in order of chains, then draws.
    accepted
        Acceptance rate.
    """

    hyper: np.ndarray
    start: Any
    accepted: float

    @property
    def effective(self) -> float:
        """Effective sample size of the slowest hyperparameter."""
        import arviz_stats  # seconds to load, and only used here

        return float(min(np.min(arviz_stats.ess(self.hyper[:, :, k])) for k in range(self.hyper.shape[2])))

    @property
    def agreement(self) -> float:
        """R-hat of the worst hyperparameter: 1 when chains agree."""
        import arviz_stats  # seconds to load, and only used here

        return float(max(np.max(arviz_stats.rhat(self.hyper[:, :, k])) for k in range(self.hyper.shape[2])))


@dataclass(frozen=True)
class _State:
    standard: np.ndarray
    density: np.ndarray
    slope: np.ndarray
    start: Any


@dataclass(frozen=True)
class Moves:
    """How long to run Hamiltonian Monte Carlo.

    Attributes
    ----------
    chains
        Chains that move together.
    tune
        Trajectories to forget the start and to tune the step size.
    draws
        Trajectories kept, a chain.
    """

    chains: int
    tune: int
    draws: int


def sample_hamiltonian(
    target: Target, transform: Transform, moves: Moves, *, seed: int, progress: Progress
) -> HamiltonianChains:
    """Sample the hyperparameters from their Laplace marginal posterior by Hamiltonian Monte Carlo.

    Parameters
    ----------
    target, transform
        The density, and the coordinates to move in.
    moves
        How many chains, and how long.
    seed
        Seed of the random numbers.
    progress
        Called with what is being done and the share of it that is done.

    Returns
    -------
    HamiltonianChains
        Draws, latent modes and the acceptance rate.

    References
    ----------
    Neal RM (2011) MCMC using Hamiltonian dynamics. Handbook of Markov Chain Monte Carlo, ch 5.
    """
    chains, tune, draws = moves.chains, moves.tune, moves.draws
    rng = np.random.default_rng([seed, 2])
    start = np.clip(rng.standard_normal((chains, transform.axes)), -2.5, 2.5)
    state = _evaluate(target, transform, start, transform.optimum.expansion.predict(transform.place(start)))
    dimensions = start.shape[1]
    log_step, average, kept, starts, accepted = np.log(1.2 * dimensions**-0.25), 0.0, [], [], []
    for move in range(tune + draws):
        length = TRAJECTORY_LENGTH * rng.uniform(0.8, 1.2)
        steps = int(np.clip(np.ceil(length / np.exp(log_step)), 1, MOST_STEPS))
        state, share = _move(target, transform, state, min(float(np.exp(log_step)), length / steps), steps, rng)
        if move < tune:
            log_step += (share - TARGET_ACCEPTANCE) / np.sqrt(move + 1.0)
            average += (log_step - average) / min(move + 1.0, 8.0)
            if move == tune - 1:
                log_step = average
        else:
            kept.append(transform.place(state.standard))
            starts.append(state.start)
            accepted.append(share)
        progress("integrating over the hyperparameters", (move + 1) / (tune + draws))
    ordered = starts[0].joined(starts[1:])
    by_chain = np.arange(chains * draws).reshape(draws, chains).T.ravel()
    return HamiltonianChains(np.stack(kept, axis=1), ordered.batches(by_chain), float(np.mean(accepted)))


def _evaluate(target: Target, transform: Transform, standard: np.ndarray, start: Any) -> _State:
    values = target.evaluate(transform.place(standard), start, gradient=True)
    assert values.gradient is not None
    density = values.density + transform.log_jacobian(standard)
    slope = transform.pull_back(standard, np.where(np.isfinite(density)[:, None], values.gradient, 0.0))
    return _State(standard, density, slope, values.start)


def _move(
    target: Target, transform: Transform, state: _State, step: float, steps: int, rng: np.random.Generator
) -> tuple[_State, float]:
    """Move every chain along one leapfrog trajectory, and accept or reject."""
    momentum = rng.standard_normal(state.standard.shape)
    energy = state.density - 0.5 * (momentum**2).sum(axis=1)
    new = state
    for _ in range(steps):
        momentum = momentum + 0.5 * step * new.slope
        standard = new.standard + step * momentum
        start = transform.optimum.expansion.move(new.start, transform.place(standard) - transform.place(new.standard))
        new = _evaluate(target, transform, standard, start)
        momentum = momentum + 0.5 * step * new.slope
    gain = new.density - 0.5 * (momentum**2).sum(axis=1) - energy
    chance = np.exp(np.minimum(np.where(np.isfinite(gain), gain, -np.inf), 0.0))
    taken = rng.random(len(chance)) < chance
    return _choose(taken, new, state), float(chance.mean())


def _choose(taken: np.ndarray, new: _State, old: _State) -> _State:
    """Keep the new state of chains that move, and the old one of those that stay."""
    return _State(
        standard=np.where(taken[:, None], new.standard, old.standard),
        density=np.where(taken, new.density, old.density),
        slope=np.where(taken[:, None], new.slope, old.slope),
        start=new.start.choose(taken, old.start),
    )
