"""Find holes in the tests of a file: change it in small ways, one at a time, and see whether its tests fail.

    uv run poe mutate equitymodel/estimands/gaps.py
    uv run poe mutate equitymodel/estimands/gaps.py --tests tests/reference/test_estimands.py

Comparisons, numbers, truth values, arithmetic, conditions, method calls (dropped), least, mean and largest (swapped),
checks (dropped) and returns are changed. Each change is tested by the test of the same name, in a copy of the tree. What
no test saw is printed, and the command ends with 1. Some survivors change nothing that could be seen: judge each.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[1]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", "results", "*.egg-info", ".mypy_cache", ".ruff_cache")
OPERATORS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
SWAPPED = {"min": "max", "max": "min", "mean": "min", "any": "all", "all": "any", "minimum": "maximum",
           "maximum": "minimum"}  # fmt: skip


@dataclass(frozen=True)
class Mutation:
    """One small change: where, what stood there, what stands there now, and the whole text that it makes."""

    line: int
    old: str
    new: str
    text: str


def mutations(text: str) -> list[Mutation]:
    """Give every small change of a file's text that is still Python and differs from it."""
    tree = ast.parse(text)
    starts = [0, *accumulate(map(len, text.encode().splitlines(keepends=True)))]
    found = [_change(text, starts, node, new) for node in _code(tree) for new in _others(node, _modules(tree))]
    return sorted({change.text: change for change in found if change.text != text}.values(), key=lambda one: one.line)


def _change(text: str, starts: list[int], node: ast.AST, new: ast.AST) -> Mutation:
    raw = text.encode()
    begin, end = starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
    old, words = raw[begin:end].decode(), ast.unparse(new)
    words = f"({words})" if isinstance(new, ast.expr) and not isinstance(new, ast.Constant | ast.Name) else words
    return Mutation(node.lineno, " ".join(old.split()), words, (raw[:begin] + words.encode() + raw[end:]).decode())


def _code(tree: ast.AST) -> Iterator[ast.AST]:
    """Walk what runs: no docstrings, annotations, decorators or imports."""
    for name, value in ast.iter_fields(tree):
        if name in {"annotation", "returns", "decorator_list", "type_params", "names"}:
            continue
        for node in value if isinstance(value, list) else [value]:
            is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
            if isinstance(node, ast.AST) and not is_text and not isinstance(node, ast.JoinedStr):
                yield node
                yield from _code(node)


def _modules(tree: ast.AST) -> set[str]:
    """Give names of imported modules: `np.sum(x)` is no method call that could be dropped."""
    return {
        (one.asname or one.name).split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for one in node.names
    }


def _others(node: ast.AST, modules: set[str]) -> Iterator[ast.AST]:
    """Give what could stand in the place of a node."""
    if isinstance(node, ast.Compare):
        for place, operator in enumerate(node.ops):
            yield _with(node, ops=[*node.ops[:place], OPERATORS[type(operator)](), *node.ops[place + 1 :]])
    elif isinstance(node, ast.BoolOp) or (isinstance(node, ast.BinOp) and type(node.op) in OPERATORS):
        yield _with(node, op=OPERATORS[type(node.op)]())
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        yield ast.Constant(_other_number(node.value))
    elif isinstance(node, ast.IfExp):
        yield _with(node, body=node.orelse, orelse=node.body)
    elif isinstance(node, ast.Return) and node.value is not None:
        yield ast.Return(ast.Constant(None))
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield ast.Pass()
    elif isinstance(node, ast.Call):
        yield from _other_calls(node, modules)


def _other_number(value: float) -> float:
    if isinstance(value, bool):
        return not value
    return value + 1 if isinstance(value, int) else round(0.97 * value, 12) or 1.0


def _other_calls(node: ast.Call, modules: set[str]) -> Iterator[ast.AST]:
    called = node.func
    if isinstance(called, ast.Name) and called.id in SWAPPED:
        yield _with(node, func=ast.Name(SWAPPED[called.id]))
    if isinstance(called, ast.Attribute):
        if called.attr in SWAPPED:
            yield _with(node, func=_with(called, attr=SWAPPED[called.attr]))
        if not (isinstance(called.value, ast.Name) and called.value.id in modules):
            yield called.value
    for place, word in enumerate(node.keywords):
        if word.arg in SWAPPED:
            others = [*node.keywords[:place], _with(word, arg=SWAPPED[word.arg]), *node.keywords[place + 1 :]]
            yield _with(node, keywords=others)


def _with(node: ast.AST, **changes: object) -> ast.AST:
    """Copy a node with some of its parts changed."""
    return type(node)(**{**dict(ast.iter_fields(node)), **changes})


@dataclass(frozen=True)
class Copy:
    """A copy of the tree, in which one change at a time is tested."""

    tree: Path

    @classmethod
    def make(cls, folder: Path) -> Copy:
        """Copy the tree; open data lie beside it, as they do beside the tree at hand."""
        tree = Path(shutil.copytree(ROOT, folder / "tree", ignore=LEFT_OUT))
        if (ROOT.parent / "shared").exists():
            (folder / "shared").symlink_to((ROOT.parent / "shared").resolve())
        return cls(tree)

    def passes(self, tests: Path, seconds: float | None = None) -> bool:
        """Run tests in the copy; what takes too long does not pass."""
        words = [sys.executable, "-m", "pytest", "-q", "-x", "-m", "not mcmc", "-p", "no:xdist", str(tests)]
        with tempfile.TemporaryDirectory() as compiled:
            env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "NUMBA_CACHE_DIR": compiled}
            command = [sys.executable, *words]
            try:
                done = subprocess.run(
                    command, cwd=self.tree, env=env, timeout=seconds, capture_output=True, check=False
                )
            except subprocess.TimeoutExpired:
                return False
        return done.returncode == 0


def survivors(file: Path, tests: Path, workers: int = 2) -> list[Mutation]:
    """Give the changes of a file that its tests do not see."""
    found = mutations((ROOT / file).read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        copies: Queue[Copy] = Queue()
        for worker in range(workers):
            copies.put(Copy.make(Path(folder) / str(worker)))
        began = time.perf_counter()
        if not copies.queue[0].passes(tests):
            raise SystemExit(f"{tests} does not pass as it is, so it cannot tell anything of changes")
        limit = 10 + 4 * (time.perf_counter() - began)
        print(f"{len(found)} changes of {file}, each tested by {tests} within {limit:.0f} s", flush=True)

        def lives(change: Mutation) -> bool:
            here = copies.get()
            (here.tree / file).write_text(change.text, encoding="utf-8")
            passed = here.passes(tests, limit)
            copies.put(here)
            if passed:
                print(f"{file}:{change.line}: {change.old} -> {change.new}", flush=True)
            return passed

        with ThreadPoolExecutor(workers) as pool:
            return [change for change, alive in zip(found, pool.map(lives, found), strict=True) if alive]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--tests", type=Path, help="by default the test of the same name")
    words = parser.parse_args()
    file = words.file.resolve().relative_to(ROOT)
    left = survivors(file, words.tests or Path("tests", *file.parts[1:-1], f"test_{file.name}"))
    print(f"{len(left)} survived")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())
