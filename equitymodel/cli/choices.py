"""What was chosen for a run: a value for each option of its command."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from equitymodel.cli.option_kinds import NAME_OR_FILE, TABLE, Value
from equitymodel.cli.options import options_of
from equitymodel.errors import OptionError
from equitymodel.storage.file_hash import file_sha256


@dataclass(frozen=True)
class Choices:
    """A command, and a value for each of its options.

    Attributes
    ----------
    command
        ``check``, ``run``, ``demo`` or ``interruption``.
    values
        By the name of the option; one not there has its default.
    sha256
        The SHA-256 of each file that the values name, by the name of the option.
    changed
        Those of them that are not what they were when the run file was written.

    Examples
    --------
    >>> chosen = Choices("demo", {"seed": 3})
    >>> chosen["seed"], chosen["engine"]
    (3, 'laplace')
    """

    command: str
    values: Mapping[str, Value]
    sha256: Mapping[str, str] = field(default_factory=dict)
    changed: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Any:
        """Give the value of an option."""
        option = options_of(self.command)[name]
        return self.values.get(name, option.default)

    def differs(self, name: str) -> bool:
        """Say whether something else than the default was chosen."""
        return bool(self[name] != options_of(self.command)[name].default)

    def choosing(self, **values: Value) -> Choices:
        """Give the same choices, but for some.

        Examples
        --------
        >>> Choices("demo", {"seed": 3}).choosing(seed=4)["seed"]
        4
        """
        return replace(self, values={**self.values, **values})

    def files(self) -> dict[str, Path]:
        """Give the files that are to be read, by the name of the option."""
        kinds = (TABLE, NAME_OR_FILE)
        named = {name: self[name] for name, option in options_of(self.command).items() if option.kind in kinds}
        return {name: value for name, value in named.items() if isinstance(value, Path)}

    def fingerprinted(self) -> Choices:
        """Give the same choices with the SHA-256 of each file they name."""
        return replace(self, sha256={name: sha256_of(path) for name, path in self.files().items()})


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file.

    Raises
    ------
    OptionError
        When it cannot be read.
    """
    try:
        return file_sha256(path)
    except OSError as error:
        raise OptionError(f"cannot read {path}: {error.strerror}") from error


def refuse_all(problems: Iterable[str]) -> None:
    """Raise all that is wrong with options as one message; nothing, if nothing is.

    Raises
    ------
    OptionError
        When there is a problem.

    Examples
    --------
    >>> refuse_all(["--seed is a whole number, not 'x'"])
    Traceback (most recent call last):
    equitymodel.errors.OptionError: --seed is a whole number, not 'x'
    """
    if found := list(problems):
        raise OptionError("\n".join(found))
