"""Write docs/run_file.md from the table of options.

uv run python docs/examples/run_file_page.py
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from equitymodel.cli.options import OPTIONS, SECTIONS, Option
from equitymodel.cli.options_command import default_words

PAGE = Path(__file__).parents[1] / "run_file.md"
OPENING = """# A run is one file

*The tables below are made from `equitymodel/cli/options.py` by `uv run python docs/examples/run_file_page.py`.*

```bash
uv run equitymodel check --admissions a.csv --population p.csv --deprivation-index "IMD 2019" --write run.toml
uv run equitymodel run run.toml
uv run equitymodel run run.toml --seed 3 --out other
uv run equitymodel run results/run.toml --out again
```

`check --write` holds the tables against the contract, as ever, and writes a file: what was found, as comments at its
head (`42 ICSs x 5 deprivation groups x 8 procedures`, and each warning), then every option with what it means and the
value it has. Change it in any editor. `run` runs it; an option that is typed beside the file overrides its line. Every
folder of results keeps the `run.toml` that makes it again: the same tables, seed and versions give the same numbers.

`interruption ... --write plan.toml` writes a plan in the same way, and looks at no result; `run plan.toml` evaluates it.
The file says itself which command it is a run of: `command = "run"`, `"demo"` or `"interruption"`.

```toml
format = 1
command = "run"

[tables]
admissions = "a.csv"
population = "p.csv"

[reading]
deprivation_index = "IMD 2019"

[fit]
engine = "laplace"
seed = 1

[results]
out = "results"
```

is a whole run file: a line that is not there, or begins with `#`, leaves its option at the default.

- **Paths** are relative to the folder of the file, with forward slashes on every system. Where a relative path can be
  written, no folder or user name of the machine is. Results that move to another place no longer find their tables
  that way: name them, as in `run results/run.toml --admissions a.csv --population p.csv --out again`.
- **`[sha256]`** holds the SHA-256 of every table, and of a model or breaks of your own, as they were when the file was
  written. A run in which one of them differs is refused rather than warned about: a warning scrolls away, and results
  that claim to be made again from the same tables would not be. If the new table is meant, name it on the command
  line, take its line out of `[sha256]`, or write the file anew with
  `check run.toml --write run.toml --overwrite`, which says what changed.
- **What is wrong** with options or the file is said before any table is read, all of it in one message, with the
  nearest word that there is. Exit codes are under [what a run writes](results.md).
- `--plan-only` beside a plan says what can be known beforehand, whatever the plan says about results.
- `--out` and `--overwrite` belong to the moment, and are not kept with results.

On the command line an option has two dashes before and dashes within: `small_numbers` is `--small-numbers`. One that is
true or false is switched off by `--no-` before its name. What the command line writes as `--exposed ics=QE1,QOP`,
`--start QOP=2023-07`, `--explore-start 2022-10,2023-09`, `--age-bands 0-44,45+` is in the file

```toml
exposed = { ics = ["QE1", "QOP"] }
start = { QOP = "2023-07" }
explore_start = ["2022-10", "2023-09"]
age_bands = ["0-44", "45+"]
```

and `--ignore-column a --ignore-column b` is `ignore_column = ["a", "b"]`. `--help` shows the options that are used most;
`equitymodel options run` lists all of a command. `check` takes those of `run`, to write them.
"""


def page() -> str:
    """Lay out every option as one row, a table for each section."""
    return "\n".join([OPENING, *(line for section in SECTIONS for line in _section(section))])


def _section(section: str) -> Iterator[str]:
    yield f"## [{section}]\n\n{SECTIONS[section]}\n"
    yield "| line | meaning | default | command |\n|---|---|---|---|"
    yield from (_row(option) for option in OPTIONS if option.section == section)
    yield ""


def _row(option: Option) -> str:
    commands = ", ".join(name for name in option.commands if name != "check")
    default = "false" if option.default is False else default_words(option.default)
    default = default or ("required" if option.required else "")
    return f"| `{option.name}` | {option.meaning.replace('|', '/')} | {default} | {commands} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
