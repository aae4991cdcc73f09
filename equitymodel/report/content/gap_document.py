"""The report of one area, or of all together: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from equitymodel.report.content.answer import answer_words
from equitymodel.report.content.board_section import statement_section
from equitymodel.report.content.pictures import Pictures, pictures_of
from equitymodel.report.content.published import Published
from equitymodel.report.content.rests_on_section import rests_on_section
from equitymodel.report.content.routes_section import routes_section
from equitymodel.report.content.summary_section import summary_table
from equitymodel.report.content.years_content import years_content
from equitymodel.report.document.blocks import Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.vocabulary import ALL_ICS

TITLE = "Equity of access to planned hospital care"


def gap_document(published: Published, area: str = ALL_ICS, *, peers: str | Sequence[str] = "region") -> Document:
    """Say what was found in one area, by code or name, beside its peers as `find_peers` takes them.

    An `OptionError` is raised where there is no such ICS.
    """
    code = published.code_of(area)
    pictures = pictures_of(published, code, peers=peers)
    blocks: tuple[Block, ...] = (
        Paragraph(answer_words(published, code), "answer"),
        *_warnings(published),
        summary_table(published, code),
        pictures.gap_by_procedure(),
        *_compared_with(pictures),
        statement_section(published, code),
        *([pictures.gap_by_ics()] if len(published.areas) > 1 else []),
        *_illustrated(years_content(published, code), pictures.years),
        *_illustrated(routes_section(published, code), pictures.routes),
        rests_on_section(published, code),
        Section("What these figures cannot say", (Bullets(tuple(published.provenance["limits"])),)),
    )
    return Document(TITLE, published.title_of(code), blocks, _about(published), published.stamp)


def _warnings(published: Published) -> list[Paragraph]:
    gaps = published.tables["gaps"]
    said = [str(gaps[name].iloc[0]) for name in ("synthetic", "approximate") if name in gaps]
    return [Paragraph(f"{text[:1].upper()}{text[1:].rstrip('.')}.", "warning") for text in said]


def _compared_with(pictures: Pictures) -> list[Paragraph]:
    """List the peers that pictures show in grey."""
    return [Paragraph(pictures.peers.words, "note")] if pictures.code != ALL_ICS and pictures.peers.words else []


def _illustrated(section: Section | None, draw: Callable[[], Picture | None]) -> list[Section]:
    """Put a picture first under its heading, where there are both."""
    if section is None:
        return []
    picture = draw()
    return [section if picture is None else replace(section, blocks=(picture, *section.blocks))]


def _about(published: Published) -> tuple[tuple[str, str], ...]:
    kept = published.provenance
    inputs = ", ".join(f"{name}: {source['file']}" for name, source in kept["inputs"].items())
    return (
        ("Made", kept["made"]),
        ("Areas", f"{len(published.areas)} ICS{'' if len(published.areas) == 1 else 's'} in the fit"),
        ("Adjusted for", kept["adjustment"]),
        ("Model", f"{kept['model']['name']}, engine {kept['engine']}, seed {kept['seed']}"),
        ("Tables", inputs),
        ("Package", f"equitymodel {kept['versions']['equitymodel']}"),
    )
