"""Make docs/api/: a page a room, and the front page with the names of the journeys.

uv run python docs/examples/api_page.py
"""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import equitymodel as em
from equitymodel import _JOURNEYS, _STAGES

FOLDER = Path(__file__).parents[1] / "api"
ROOMS = (*_STAGES, "inference.jobs", "report.disclosure", "errors")
FRONT = """# Every public name

Made from the docstrings of the package when the site is built (`uv run poe docs`), a page a room:

```{{toctree}}
:maxdepth: 1

{rooms}
```

## At the front door

Names of the usual journeys, reached as `em.NAME` after `import equitymodel as em`. All others are in their room:
`em.ROOM.NAME`.

{table}
"""
ROOM = """# equitymodel.{room}

```{{eval-rst}}
{asked}
```
"""


def pages() -> dict[str, str]:
    """Give every page by its name."""
    return {"index": front()} | {room: ROOM.format(room=room, asked="\n".join(asked(room))) for room in ROOMS}


def asked(room: str) -> list[str]:
    """Ask for everything of a room; of a room within one, for what the page of the outer one has not."""
    name, outer = f"equitymodel.{room}", f"equitymodel.{room.rpartition('.')[0]}"
    own = import_module(name)
    if "." in room:
        known = import_module(outer).__all__
        return [
            f".. auto{'class' if inspect.isclass(getattr(own, one)) else 'function'}:: {name}.{one}"
            for one in own.__all__
            if one not in known
        ]
    values = [one for one in getattr(own, "__all__", ()) if isinstance(getattr(own, one), dict)]
    tables = [
        f".. py:data:: {one}\n   :module: {name}\n\n   A table of values, by: {', '.join(map(str, getattr(own, one)))}."
        for one in values
    ]
    return [f".. automodule:: {name}", *tables]


def front() -> str:
    """Lay out the names of the journeys, each with what it is and a link to its room."""
    lines = ["| name | what it is | in full |", "|---|---|---|"]
    for room, names in _JOURNEYS.items():
        for name in names:
            said = (inspect.getdoc(getattr(em, name)) or "").splitlines()[0].replace("``", "`").replace("|", "\\|")
            lines.append(f"| `em.{name}` | {said} | {{py:obj}}`equitymodel.{room}.{name}` |")
    return FRONT.format(rooms="\n".join(ROOMS), table="\n".join(lines))


def main() -> None:
    """Write them."""
    for name, text in pages().items():
        (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
