"""The explorer as one file of HTML: no network, a policy that lets nothing else run, and whole without its script."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

from equitymodel.report.content.evaluation_document import VERDICT_TITLE
from equitymodel.report.document.blocks import Block, DataTable, Document, Section
from equitymodel.report.explorer.cube import cube_of
from equitymodel.report.explorer.evaluation_choices import CHOSEN_FROM
from equitymodel.report.explorer.explorer_tables import CHOSEN_BY
from equitymodel.report.html.document_page import page_environment
from equitymodel.storage.whole_file import write_whole
from equitymodel.vocabulary import ALL_ICS, ICS

ROOM = "equitymodel.report.explorer"
PREFIX = "explorer_"
GAPS, EVALUATION = "gap", "evaluation"
CHOSEN = {GAPS: CHOSEN_BY, EVALUATION: CHOSEN_FROM}
EVERYTHING = {GAPS: "All ICSs together, and every ICS in a table", EVALUATION: "The whole report, in tables"}
"""What the part is called that is read without script, and folded up with it."""


def write(document: Document, path: Path) -> None:
    """Write the explorer.

    Parameters
    ----------
    document
        From `explorer_document`, as it is released: nothing but its tables goes into the data of the page.
    path
        The file.
    """
    write_whole(path, explorer_page(document).encode("utf-8"))


def _is_looked_up(block: Block) -> bool:
    return isinstance(block, DataTable) and block.name.startswith(PREFIX)


def explorer_page(document: Document) -> str:
    """Give the explorer as HTML.

    Examples
    --------
    >>> page = explorer_page(Document("Equity", "2023/24", ()))
    >>> "default-src 'none'" in page, "http:" in page
    (True, False)
    """
    looked_up = {table.name.removeprefix(PREFIX): table for table in document.tables() if _is_looked_up(table)}
    kind = EVALUATION if "units" in looked_up else GAPS
    cubes = {name: cube_of(table, CHOSEN[kind]) for name, table in looked_up.items()}
    environment, script = page_environment(), _script(kind)
    style = environment.get_template("html/page.css").render() + _own("explorer.css")
    data = _json({name: cube.written for name, cube in cubes.items()})
    notes = {"ranks": "", "routes": ""} | {name: table.note for name, table in looked_up.items()}
    known = [code for code in cubes["areas"].dims[ICS] if code != ALL_ICS] if "areas" in cubes else []
    return environment.get_template(f"explorer/{kind}_explorer.html.jinja").render(
        document=document, areas=len(known), notes=notes, data=data, style=style, everything=EVERYTHING[kind],
        style_hash=_hash(style), script=script, script_hash=_hash(script), **_parts(document.blocks),
    )  # fmt: skip


def _parts(blocks: tuple[Block, ...]) -> dict[str, tuple[Block, ...]]:
    """Divide what is read without script: what opens the page, a verdict, sections, and the limits, which close it."""
    sections = tuple(block for block in blocks if isinstance(block, Section))
    opening = tuple(block for block in blocks if not isinstance(block, Section) and not _is_looked_up(block))
    limits = tuple(section for section in sections if section.limits)
    standing = tuple(section for section in sections if section.title == VERDICT_TITLE)
    folded = tuple(section for section in sections if not section.limits and section.title != VERDICT_TITLE)
    return {"opening": opening, "standing": standing, "sections": folded, "limits": limits}


def _script(kind: str) -> str:
    """Put together what looks texts up and what one kind of explorer shows, out of reach of all else."""
    return f'"use strict";\n{{\n{_own("looked_up.js")}{_own(f"{kind}_explorer.js")}}}\n'


def _json(data: dict[str, dict[str, object]]) -> str:
    """Write data so that nothing in it can end the element that holds it."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _hash(text: str) -> str:
    """Name a style or script for the policy of the page, which then lets nothing else in."""
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"


def _own(name: str) -> str:
    return files(ROOM).joinpath(name).read_text("utf-8")
