"""Measure the house from its code alone: sizes, bodies, parameters, names, tests, errors, docstrings, imports.

    uv run python benchmarks/house.py                                  # print the page
    uv run python benchmarks/house.py --write docs/house.md            # write it, beside the figures before
    uv run python benchmarks/house.py --repo ../before --json before.json

Nothing is imported but to take the time of imports, in a process of its own. A body is what stands below a docstring.
`tests/test_house.py` holds the limits, by the same functions.
"""

from __future__ import annotations

import argparse
import ast
import json
import re
import statistics
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from page import markdown
from repeated_lines import python_files, repeated

ROOT = Path(__file__).parents[1]
BEFORE = Path(__file__).with_name("house_5746df8.json")
"""The same measures, taken by this command on commit 5746df8, before files moved to rooms."""
PACKAGE = "equitymodel"
HEAVY = (
    "matplotlib",
    "numba",
    "nutpie",
    "pymc",
    "pytensor",
    "statsmodels",
    "arviz_stats",
    "xarray",
    "pandas",
    "scipy",
    "jinja2",
    "typer",
)
ENDINGS = ("typer.Exit", "SystemExit")
"""Ways for a command to end that are no errors."""
SECTIONS = ("Parameters", "Returns", "Raises", "Examples", "References")
Function = ast.FunctionDef | ast.AsyncFunctionDef
Measures = dict[str, float | str | list[str]]


@dataclass(frozen=True)
class Source:
    """A file of the package, read but not run."""

    path: Path
    name: str

    @cached_property
    def text(self) -> str:
        """Give the whole text."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """Give the syntax tree."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """Count the lines."""
        return len(self.text.splitlines())

    @cached_property
    def docstring_lines(self) -> int:
        """Count the lines of docstrings, blank ones within them too."""
        return sum(doc.end_lineno - doc.lineno + 1 for node in ast.walk(self.tree) if (doc := _docstring(node)))

    @property
    def comment_lines(self) -> int:
        """Count the lines that are comments alone."""
        return len(re.findall(r"^\s*#", self.text, re.MULTILINE))

    @property
    def code_lines(self) -> int:
        """Count what is neither docstring, comment nor blank."""
        within = sum(_blank(_docstring_text(node)) for node in ast.walk(self.tree))
        return self.lines - self.docstring_lines - self.comment_lines - (_blank(self.text) - within)

    @cached_property
    def functions(self) -> list[Function]:
        """Give every function, methods and inner ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        """Give every class, private ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]


def _docstring(node: ast.AST) -> ast.Expr | None:
    body = getattr(node, "body", None)
    first = body[0] if isinstance(body, list) and body else None
    return (
        first
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str)
        else None
    )


def _docstring_text(node: ast.AST) -> str:
    found = _docstring(node)
    return found.value.value if found else ""


def _blank(text: str) -> int:
    """Count blank lines; what stands before the closing quotes of a docstring is no line of its own."""
    return sum(not line.strip() for line in text.rstrip().splitlines())


def sources(root: Path = ROOT) -> list[Source]:
    """Read every file of the package."""
    paths = sorted((root / PACKAGE).rglob("*.py"))
    return [Source(path, path.relative_to(root / PACKAGE).as_posix()) for path in paths]


def body_lines(node: Function | ast.ClassDef) -> int:
    """Count the lines of a body, without its docstring."""
    body = node.body[1:] if _docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def bodies(files: Iterable[Source]) -> dict[str, int]:
    """Give the length of the body of every function, by its place."""
    return {f"{file.name}:{node.lineno} {node.name}": body_lines(node) for file in files for node in file.functions}


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value that a share of the values do not go beyond."""
    found = sorted(values)
    return found[min(len(found) - 1, int(share * len(found)))]


def parameters(node: Function) -> int:
    """Count the parameters of a function, `self` and `cls` aside."""
    given = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    return sum(argument.arg not in {"self", "cls"} for argument in given)


def many_parameters(files: Iterable[Source], above: int) -> list[str]:
    """Name the functions with more parameters than that, outside the command line."""
    return [
        f"{file.name}:{node.lineno} {node.name} ({parameters(node)})"
        for file in files
        if not file.name.startswith("cli")
        for node in file.functions
        if parameters(node) > above
    ]


def classes_twice(files: Iterable[Source]) -> list[str]:
    """Name the classes, private ones too, that stand in two places."""
    return _twice((node.name, file.name) for file in files for node in file.classes)


def stems_twice(files: Iterable[Source]) -> list[str]:
    """Name the files whose last name stands in two folders."""
    return _twice((file.path.stem, file.name) for file in files if file.path.stem not in {"__init__", "__main__"})


def _twice(named: Iterable[tuple[str, str]]) -> list[str]:
    places: dict[str, list[str]] = {}
    for name, place in named:
        places.setdefault(name, []).append(place)
    return [f"{name}: {', '.join(found)}" for name, found in sorted(places.items()) if len(found) > 1]


def without_test(files: Iterable[Source], root: Path = ROOT) -> list[str]:
    """Name the files that lack a test of the same name: `a/b.py` wants `tests/a/test_b.py`."""
    names = [Path(file.name) for file in files if file.path.stem not in {"__init__", "__main__"}]
    return [name.as_posix() for name in names if not (root / "tests" / name.parent / f"test_{name.name}").exists()]


def own_errors(root: Path = ROOT) -> set[str]:
    """Give the names of the package's own errors."""
    tree = ast.parse((root / PACKAGE / "errors.py").read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.bases]
    return {
        node.name
        for node in classes
        if any("Error" in ast.unparse(base) or "Exception" in ast.unparse(base) for base in node.bases)
    }


def foreign_raises(files: list[Source], root: Path = ROOT) -> list[str]:
    """Name what is raised on purpose and is no error of the package; to raise again what was caught is no raising."""
    ours = own_errors(root)
    makers = {
        node.name
        for file in files
        for node in file.functions
        if node.returns and ast.unparse(node.returns).strip("'\"") in ours
    }
    return [
        f"{file.name}:{node.lineno} {name}"
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        for name in [ast.unparse(node.exc.func)]
        if name.rpartition(".")[2] not in ours | makers and name not in ENDINGS
    ]


def public_functions(files: Iterable[Source]) -> list[Function]:
    """Give the functions that the package or one of its stages lists by name."""
    files = list(files)
    doors = [node for file in files if file.path.stem == "__init__" for node in ast.walk(file.tree)]
    listed = {node.value for node in doors if isinstance(node, ast.Constant)} | {
        node.name for node in doors if isinstance(node, ast.alias)
    }
    return [node for file in files for node in file.tree.body if isinstance(node, Function) and node.name in listed]


def says(node: Function, section: str) -> bool:
    return re.search(rf"^\s*{section}\n\s*---", _docstring_text(node), re.MULTILINE) is not None


def documented(files: Iterable[Source]) -> dict[str, float]:
    """Give the share of public functions with each section, of those that have something to say there."""
    public = public_functions(files)
    wanted = {
        "Parameters": [node for node in public if parameters(node)],
        "Returns": [node for node in public if node.returns is not None and ast.unparse(node.returns) != "None"],
        "Raises": [node for node in public if any(isinstance(inner, ast.Raise) for inner in ast.walk(node))],
    }
    return {
        section: sum(says(node, section) for node in wanted.get(section, public))
        / max(1, len(wanted.get(section, public)))
        for section in SECTIONS
    }


def raises_unsaid(files: Iterable[Source]) -> tuple[int, int]:
    """Count the functions without underscore that raise, and those of them that do not say so."""
    raising = [
        node
        for file in files
        for node in file.functions
        if not node.name.startswith("_") and any(isinstance(inner, ast.Raise) and inner.exc for inner in ast.walk(node))
    ]
    return len(raising), sum(not says(node, "Raises") for node in raising)


def _python(code: str, root: Path, *flags: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *flags, "-c", code], cwd=root, capture_output=True, text=True, check=True)


def seconds(code: str, root: Path, times: int = 3) -> float:
    """Give the median time of an import, in seconds, each in a new process."""
    taken = [_import_seconds(_python(code, root, "-X", "importtime").stderr) for _ in range(times)]
    return statistics.median(taken)


def _import_seconds(report: str) -> float:
    """Add up what each outermost import of a report of `-X importtime` took, those of the start of Python aside."""
    rows = [row for line in report.splitlines() if len(row := line.removeprefix("import time:").split("|")) == 3]
    start = max(place for place, row in enumerate(rows) if row[2].strip() == "site")
    return sum(int(row[1]) for row in rows[start + 1 :] if not row[2].startswith("  ")) / 1e6


def loaded_by(code: str, root: Path) -> list[str]:
    """Name the heavy libraries that a piece of code loads."""
    return _python(
        f"{code}\nimport sys\nprint(*(name for name in {HEAVY} if name in sys.modules))", root
    ).stdout.split()


def names_at_the_top(root: Path) -> int:
    return int(_python(f"import {PACKAGE}; print(len({PACKAGE}.__all__))", root).stdout)


EVERY_FILE = """import importlib, pkgutil
import {name} as room
for found in pkgutil.walk_packages(room.__path__, room.__name__ + "."): importlib.import_module(found.name)"""


def measure(root: Path = ROOT) -> Measures:
    """Measure everything, under the words of the page."""
    files = sources(root)
    long = bodies(files)
    largest = max(files, key=lambda file: file.lines)
    classes = {f"{node.name}": node.end_lineno - node.lineno + 1 for file in files for node in file.classes}
    biggest = max(classes, key=classes.__getitem__)
    share = documented(files)
    raising, unsaid = raises_unsaid(files)
    text = "\n".join(file.text for file in files)
    everywhere = repeated(python_files(root))
    return {
        "files": len(files),
        "lines": sum(file.lines for file in files),
        "lines of code": sum(file.code_lines for file in files),
        "lines of docstrings": sum(file.docstring_lines for file in files),
        "lines of comments": sum(file.comment_lines for file in files),
        "largest file, lines": f"{largest.lines} ({largest.name})",
        "functions": len(long),
        "body, median": f"{statistics.median(long.values()):g}",
        "body, 90th percentile": percentile(long.values(), 0.9),
        "body, longest": f"{max(long.values())} ({max(long, key=long.__getitem__)})",
        "bodies above 30 lines": [f"{name} ({lines})" for name, lines in long.items() if lines > 30],
        "largest class, lines": f"{classes[biggest]} ({biggest})",
        "functions above six parameters, command line aside": many_parameters(files, 6),
        "functions above ten parameters, command line aside": many_parameters(files, 10),
        "class names twice": classes_twice(files),
        "file names twice": stems_twice(files),
        "files without a test of their name": without_test(files, root),
        "raises that are not our errors": foreign_raises(files, root),
        "`noqa` and `type: ignore`": len(re.findall(r"#\s*(?:noqa|type:\s*ignore)", text)),
        **{f"public functions with {section}": f"{100 * share[section]:.0f} %" for section in SECTIONS},
        "functions that raise and say so": f"{100 * (1 - unsaid / max(1, raising)):.0f} % of {raising}",
        "names at the top level": names_at_the_top(root),
        "places that share six or more lines, all files": len(everywhere),
        "places that share six or more lines, package": sum(
            PACKAGE in row[0] and PACKAGE in row[2] for row in everywhere
        ),
        "`import equitymodel`, seconds": round(seconds(f"import {PACKAGE}", root), 3),
        "`from equitymodel import *`, seconds": round(seconds(f"from {PACKAGE} import *", root), 2),
        "`import equitymodel` loads": loaded_by(f"import {PACKAGE}", root),
        "`import equitymodel.report` loads": loaded_by(f"import {PACKAGE}.report", root),
        "every file of `equitymodel.report` loads": loaded_by(EVERY_FILE.format(name=f"{PACKAGE}.report"), root),
    }


def cell(value: object) -> str:
    """Write a measure in a cell of a table; of a list how many there are, of libraries which."""
    if not isinstance(value, list):
        return str(value)
    if all(name in HEAVY for name in value):
        return ", ".join(value) or "0"
    return f"{len(value)}"


def page(now: Measures, before: Measures, words: str) -> str:
    """Write the page: a table, then the offenders by name."""
    rows = [[name, cell(value), cell(before.get(name, "-"))] for name, value in now.items()]
    named = [
        (name, value) for name, value in now.items() if isinstance(value, list) and value and value[0] not in HEAVY
    ]
    lists = [
        line
        for name, value in named
        for line in ("", f"## {name[0].upper()}{name[1:]}", "", *(f"- {item}" for item in value))
    ]
    return "\n".join(["# The house, measured", "", words, "", *markdown(["", "today", "before"], rows), *lists]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repo", type=Path, default=ROOT, help="the folder to measure")
    parser.add_argument("--json", type=Path, help="keep the measures here, for --beside")
    parser.add_argument("--beside", type=Path, default=BEFORE, help="measures kept before, for a second column")
    parser.add_argument("--write", type=Path, help="write the page here")
    words = parser.parse_args()
    now = measure(words.repo.resolve())
    if words.json:
        words.json.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    before = json.loads(words.beside.read_text(encoding="utf-8"))
    text = page(
        now,
        before,
        f"*Made by `uv run python benchmarks/house.py --write docs/house.md`; before: {words.beside.stem}.*",
    )
    if words.write:
        words.write.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
