"""A plan lodged beforehand: everything declared, in a file with a hash and a time, and what a run does differently."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from equitymodel.argument_types import refuses_other_types
from equitymodel.errors import OutputError, SpecError
from equitymodel.storage.whole_file import write_new

KIND, FORMAT = "equitymodel plan lodged beforehand", 1
NOT_LODGED = "The plan was not lodged beforehand."
OF_THIS_CLOCK = "by the clock of the computer it was lodged on, which proves nothing to others"
NOTHING = "nothing"
NOT_COMPARED = ("declared", "made", "last_period_seen")
"""Fields that say when something was made or seen, and nothing about what is done."""
NAMES = {
    "data_before.sha256": "data before the start",
    "data_before.first_period": "first period",
    "rule": "rule",
    "read": "reading",
}
"""What fields are called in words, where their own name is not enough."""


@dataclass(frozen=True)
class Departure:
    """Something that a run does otherwise than its plan declared.

    Examples
    --------
    >>> print(Departure("shape", "step", "both"))
    shape: declared: step; run: both
    """

    field: str
    declared: str
    run: str

    def __str__(self) -> str:
        """Say it."""
        return f"{self.field}: declared: {self.declared}; run: {self.run}"


@dataclass(frozen=True)
class LodgedPlan:
    """A plan as it lies in its file.

    Attributes
    ----------
    declaration
        Everything declared: interruption, model, rule, seed, how the series is read, data before the start.
    found
        What could be found, known before any result.
    at, version
        When it was lodged, in UTC by the clock of that computer, and by which version.
    path
        Where it lies; the record of looks lies beside it.
    published
        Where its hash was published, as stated by the user; no part of the file.
    """

    declaration: Mapping[str, Any]
    found: Mapping[str, Any]
    at: str
    version: str
    path: Path
    published: str = ""

    @property
    def sha256(self) -> str:
        """The hash of everything in the file."""
        return hash_of(self._content())

    @property
    def looks_path(self) -> Path:
        """Where the record of looks lies."""
        return self.path.with_suffix(".looks.jsonl")

    @property
    def looks_declared(self) -> int:
        """How often it is to be looked at."""
        return int(self.declaration["interruption"]["looks"])

    @property
    def when(self) -> str:
        """When it was lodged, and what that rests on."""
        rests = OF_THIS_CLOCK
        if self.published:
            rests = f"by the clock of that computer; the user states that its hash was published: {self.published}"
        return f"Lodged {self.at} (UTC), {rests}. Hash {self.sha256}."

    def write(self) -> None:
        """Write the file.

        Raises
        ------
        OutputError
            When there is a file of that name, as a plan that was lodged is not replaced, or it cannot be written.
        """
        text = json.dumps(self._content() | {"sha256": self.sha256}, indent=2, sort_keys=True, ensure_ascii=False)
        try:
            write_new(self.path, f"{text}\n".encode())
        except FileExistsError as error:
            raise OutputError(f"{self.path} is there already, and a plan is not replaced; give another name") from error

    def departures(self, run: Mapping[str, Any], version: str) -> tuple[Departure, ...]:
        """Name every field in which a run differs from what was declared.

        Parameters
        ----------
        run
            The declaration of the run, as that of the plan.
        version
            The version that ran.

        Returns
        -------
        tuple of Departure
            Empty where it was run as declared.
        """
        declared, done = (dict(_flat(self._shared(each))) for each in (self.declaration, run))
        fields = sorted(declared.keys() | done.keys())
        found = [Departure(_called(name), declared.get(name, NOTHING), done.get(name, NOTHING))
                 for name in fields if declared.get(name) != done.get(name)]  # fmt: skip
        found += list(_of_model(self.declaration["model"], run["model"]))
        if version != self.version:
            found.append(Departure("version of equitymodel", self.version, version))
        return tuple(found)

    def _shared(self, declaration: Mapping[str, Any]) -> dict[str, Any]:
        """Leave out the model, which is compared line by line, and options where the plan has none."""
        known = self.declaration.get("options", {}).get("reading", {})
        given = declaration.get("options", {}).get("reading", {})
        options = {name: _file_name(given.get(name)) for name in known}
        rest = {name: value for name, value in declaration.items() if name not in ("model", "options")}
        return rest | ({"options": options} if options and given else {})

    def _content(self) -> dict[str, Any]:
        lodged = {"at": self.at, "clock": "UTC, this computer's", "version": self.version}
        head = {"kind": KIND, "format": FORMAT, "lodged": lodged}
        return head | {"declaration": self.declaration, "found": self.found}


@refuses_other_types
def read_lodged_plan(path: Path | str, *, published: str = "") -> LodgedPlan:
    """Read a plan that was lodged, and refuse one that is not as it was.

    Parameters
    ----------
    path
        The file, from `lodge_plan` or ``--plan-only --out plan.json``.
    published
        Where its hash was published, with the date, in your words: recorded as stated by you.

    Returns
    -------
    LodgedPlan
        For `write_evaluation`.

    Raises
    ------
    SpecError
        When it cannot be read, or was altered: its hash does not fit.

    See `lodge_plan` for an example.
    """
    path = Path(path)
    content = _read_content(path)
    said = content.pop("sha256", None)
    try:
        fits = said == hash_of(content)
    except ValueError:
        fits = False
    if not fits:
        raise SpecError(f"{path} was altered after it was lodged: its hash does not fit. Put the file back as it "
                        "was; or lodge another, --plan-only --out with a new name; or run without --plan")  # fmt: skip
    try:
        lodged = content["lodged"]
        return LodgedPlan(content["declaration"], content["found"], lodged["at"], lodged["version"], path, published)
    except (KeyError, TypeError) as error:
        raise _no_plan(path) from error


def _read_content(path: Path) -> dict[str, Any]:
    """Read what a file of a plan holds."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SpecError(f"cannot read the plan {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise SpecError(f"{path} is no plan: it is not JSON. Lodge one: --plan-only --out plan.json") from error
    if not isinstance(content, dict) or content.get("kind") != KIND or content.get("format") != FORMAT:
        raise _no_plan(path)
    return content


def _no_plan(path: Path) -> SpecError:
    return SpecError(f"{path} is no plan that this version reads. Lodge one: --plan-only --out plan.json")


def hash_of(content: Any) -> str:
    """Give the SHA-256 of a value in plain types, whatever the layout of its file.

    Examples
    --------
    >>> hash_of({"a": 1, "b": 2}) == hash_of({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def _flat(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Lay nested fields out side by side, each as text; a field without a value is left out."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key not in NOT_COMPARED:
                yield from _flat(item, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        yield name, ", ".join(_text(item) for item in value) or "none"
    elif value is not None:
        yield name, _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return " ".join(f"{key} {_text(item)}" for key, item in value.items())
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _called(name: str) -> str:
    """Give the name of a field in words."""
    if name in NAMES:
        return NAMES[name]
    section, _, rest = name.partition(".")
    words = (rest or section).replace("_", " ").replace(".", " of ")
    return f"{NAMES[section]}, {words}" if section in NAMES else words


def _of_model(declared: Mapping[str, Any], run: Mapping[str, Any]) -> Iterator[Departure]:
    if declared["sha256"] == run["sha256"]:
        return
    if declared["name"] != run["name"]:
        yield Departure("model", declared["name"], run["name"])
    gone, new = ("; ".join(line for line in one["text"] if line not in other["text"]) or NOTHING
                 for one, other in ((declared, run), (run, declared)))  # fmt: skip
    yield Departure("assumptions of the model", gone, new)


def _file_name(value: Any) -> Any:
    """Give a file by its name alone, as paths depend on the folder."""
    return value.rpartition("/")[2] if isinstance(value, str) else value
