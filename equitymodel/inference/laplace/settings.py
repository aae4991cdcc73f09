"""How carefully to integrate by nested Laplace, and how much to draw."""

from __future__ import annotations

from dataclasses import asdict, dataclass

PUBLISHED_SETTINGS = {"correct_skew_above": "bend_above"}
"""Settings that provenance records under another name than `Laplace` has."""


@dataclass(frozen=True)
class Laplace:
    """How carefully to integrate and how much to draw.

    Attributes
    ----------
    draws, chains
        Draws kept a chain, and how many chains they are laid out in, as a sampler would.
    cores
        Batches worked on at the same time; as many as there are processors by default.
    points
        Points of the importance sample over the hyperparameters.
    most_hyperparameters
        Beyond this many, those of one procedure each are explored for all procedures at once; where there are none,
        Hamiltonian Monte Carlo is used straight away.
    enough_points
        Effective points at which the importance sample is accepted; if not, more points are tried
        where that can help, and then Hamiltonian Monte Carlo.
    moving_chains, tune, moves
        Chains of Hamiltonian Monte Carlo, their trajectories to tune, and their trajectories kept.
    correct_skew_above
        Draws are corrected for skew, not only shifted to the mean, if the mean lies further than this
        from the mode anywhere, in posterior standard deviations.
    """

    draws: int = 1000
    chains: int = 4
    cores: int | None = None
    points: int = 128
    most_hyperparameters: int = 40
    enough_points: float = 100.0
    moving_chains: int = 16
    tune: int = 30
    moves: int = 60
    correct_skew_above: float = 0.1

    def published(self) -> dict[str, object]:
        """Lay the settings out as provenance records them."""
        return {PUBLISHED_SETTINGS.get(name, name): value for name, value in asdict(self).items()}
