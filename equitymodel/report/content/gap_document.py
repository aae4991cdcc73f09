"""The report of one area, or of all together: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from equitymodel.inference.grouped.cell_fit import CellFit
from equitymodel.report.checklist_status import checklist_summary
from equitymodel.report.content.answer import answer_words, turning_words
from equitymodel.report.content.board_section import statement_section
from equitymodel.report.content.carried_section import carried_section, part_warning
from equitymodel.report.content.checklist_section import checklist_section
from equitymodel.report.content.fit_checklist import SOURCES, fit_checklist
from equitymodel.report.content.needed_section import needed_section
from equitymodel.report.content.pictures import Pictures, pictures_of
from equitymodel.report.content.published import Published
from equitymodel.report.content.reading_section import reading_section
from equitymodel.report.content.rests_on_section import mistaken_need_section, rests_on_section
from equitymodel.report.content.routes_section import routes_section
from equitymodel.report.content.summary_section import comes_to_table, summary_table
from equitymodel.report.content.trust_section import data_section, model_section, trust_section
from equitymodel.report.content.within_section import within_section
from equitymodel.report.content.words_section import words_section
from equitymodel.report.content.years_content import years_content
from equitymodel.report.document.blocks import LIMITS, Block, Bullets, Document, Paragraph, Picture, Section
from equitymodel.report.plots.alt_words import first_upper
from equitymodel.report.plots.observed_plot import observed_alt_text, observed_expected_data, plot_observed_expected
from equitymodel.report.wording.group_words import words_of
from equitymodel.report.wording.prior_words import hanging_words
from equitymodel.vocabulary import ALL_ICS

TITLE = "Equity of access to planned hospital care"
STAYS = """This page is part of the folder of results, which holds counts and draws and stays with the data; what may be
    sent on is what equitymodel report writes from it."""
BY_ICS = """All together compares people wherever they live, so it also carries differences in level between ICSs and
    can lie outside the range of their own gaps. Do not read the order as a league table: compare an ICS with all
    together through {instead}."""


def gap_document(
    published: Published,
    area: str = ALL_ICS,
    *,
    peers: str | Sequence[str] = "region",
    workshop: CellFit | None = None,
) -> Document:
    """Say what was found in one area, or in all together with every detail of the fit.

    Parameters
    ----------
    published
        What was published.
    area
        By code or name; all ICSs together by default, which of one ICS alone is that ICS.
    peers
        With whom one ICS is compared, as `find_peers` takes them.
    workshop
        The fit, for the page that stays with the results: it then also draws counts and quotes rows of the tables.

    Returns
    -------
    Document
        Ready for any writer: HTML, Word or Excel.

    Raises
    ------
    OptionError
        When there is no such ICS.
    """
    code = published.code_of(area)
    pictures = pictures_of(published, code, peers=peers)
    whole = published.code_of(ALL_ICS) == code
    blocks = (*_first(published, code, pictures), *_details(published, code, pictures),
              *(_for_who_answers(published, workshop) if whole else ()))  # fmt: skip
    limits = Section(LIMITS, (Bullets(tuple(published.provenance["limits"])),), limits=True)
    return Document(TITLE, published.title_of(code), (*blocks, limits), about_of(published, workshop), published.stamp)


def _first(published: Published, code: str, pictures: Pictures) -> tuple[Block, ...]:
    """Give what a reader needs who reads one page: the answer, what would turn it, and all procedures at a glance."""
    turning = turning_words(published, code)
    return (
        Paragraph(answer_words(published, code), "answer"),
        *([Paragraph(turning)] if turning else []),
        *warnings_of(published),
        *part_warning(published, code),
        summary_table(published, code),
        *comes_to_table(published, code),
        pictures.gap_by_procedure(),
        *_compared_with(pictures),
        statement_section(published, code),
    )


def _details(published: Published, code: str, pictures: Pictures) -> tuple[Block, ...]:
    """Give the details of an area: years, ICSs, routes, what it rests on, and each procedure in words."""
    one = () if published.alone else (pictures.gap_by_ics(),)
    whole = published.code_of(ALL_ICS) == code
    return (
        *(one if code != ALL_ICS else ()),
        *carried_section(published, code),
        *within_section(published, code),
        *_illustrated(years_content(published, code), pictures.years),
        *(_received(pictures) if whole else ()),
        *([_by_ics(published, pictures)] if code == ALL_ICS else []),
        *_illustrated(routes_section(published, code), pictures.routes),
        *([needed_section(published)] if whole else []),
        *_illustrated(rests_on_section(published, code), pictures.adjustments if whole else lambda: None),
        *([mistaken_need_section(published, code, pictures.tipping())] if whole else []),
        words_section(published, code, years=whole),
        reading_section(published),
    )


def _received(pictures: Pictures) -> list[Section]:
    """Show what groups received by year, against their share of need."""
    said = """The share of a group can rise because it has more admissions, because others have fewer, or because need
        moved; shares.csv has the change of each."""
    shares = pictures.shares()
    title = "What each group received, against its share of need"
    return [Section(title, (*shares, Paragraph(" ".join(said.split()))))] if shares else []


def _by_ics(published: Published, pictures: Pictures) -> Section:
    """Show every ICS."""
    compared = "probability_worse_than_all" if published.facts.group.ordered else "probability_below_all"
    warned = league_warning(f"the measure {compared} of gaps.csv")
    said, years = Paragraph(warned), pictures.ics_by_year()
    return Section("The gap by ICS", (said, *pictures.every_gap_by_ics(), *([years] if years else [])))


def league_warning(instead: str) -> str:
    """Say that the order of ICSs is no league table, and through what to compare them instead.

    Examples
    --------
    >>> league_warning("their ranks")[-42:]
    'ICS with all together through their ranks.'
    """
    return " ".join(BY_ICS.format(instead=instead).split())


def _for_who_answers(published: Published, workshop: CellFit | None) -> tuple[Block, ...]:
    """Give what whoever answers for the numbers has to know: counts, diagnosis, data and model."""
    counted = [_observed(published, workshop)] if workshop is not None else []
    return (
        *counted,
        trust_section(published),
        data_section(published, rows=workshop is not None),
        model_section(published),
        checklist_section(fit_checklist(published), SOURCES),
    )


def _observed(published: Published, fit: CellFit) -> Section:
    """Draw what was observed, in the page that stays with the results."""
    words = words_of(published.facts).page()
    whose = "rate of all groups of your ICS together" if published.alone else "national rate"
    line = "dashed line" if published.facts.group.ordered else "short line"
    said = (
        f"The {line} is what each group would have at the {whose}, adjusted for {published.facts.adjustment}. Where "
        "points lie below it, the group has fewer admissions than that."
    )
    title = f"Admissions per 100,000 person-years by {words['by']}: observed, expected and fitted"
    alt = observed_alt_text(observed_expected_data(fit))
    picture = Picture("observed_expected", title, alt, plot_observed_expected(fit), observed=True)
    return Section(f"Observed against expected, by {words['by']}", (Paragraph(said), picture))


def warnings_of(published: Published) -> list[Paragraph]:
    """Say what must be read before any number: that data are synthetic, or draws approximate."""
    gaps = published.tables["gaps"]
    said = [str(gaps[name].iloc[0]) for name in ("synthetic", "approximate") if name in gaps]
    kind = words_of(published.facts).page()["kind"]
    return [Paragraph(f"{first_upper(text.rstrip('.'))}.", "warning") for text in (*said, kind) if text]


def _compared_with(pictures: Pictures) -> list[Paragraph]:
    """List the peers that pictures show in grey."""
    return [Paragraph(pictures.peers.words, "note")] if pictures.code != ALL_ICS and pictures.peers.codes else []


def _illustrated(section: Section | None, draw: Callable[[], Picture | None]) -> list[Section]:
    """Put a picture first under its heading, where there are both."""
    if section is None:
        return []
    picture = draw()
    return [section if picture is None else replace(section, blocks=(picture, *section.blocks))]


def about_of(published: Published, workshop: CellFit | None = None) -> tuple[tuple[str, str], ...]:
    """Say where a document comes from, as pairs of a word and a text."""
    kept, checks = published.provenance, published.diagnosis
    inputs = "; ".join(f"{name}: {source['file']}, SHA-256 {source['sha256'][:12]}"
                       for name, source in kept["inputs"].items())  # fmt: skip
    about = {
        "Made": kept["made"],
        "Areas": _areas(published),
        "Groups": _groups(published),
        "Adjusted for": kept["adjustment"],
        "Intervals": f"{kept['interval']['probability']:.0%} {kept['interval']['kind']}s",
        "Model": f"{kept['model']['name']}, engine {kept['engine']}, seed {kept['seed']}",
        "Diagnosis": f"{checks.verdict}, {len(checks.checks)} checks" if checks.checks else "",
        "Priors": hanging_words(published.tables.get("priors")),
        "Reporting checklist": checklist_summary(fit_checklist(published)),
        "Tables": inputs,
        "Versions": ", ".join(f"{name} {version}" for name, version in kept["versions"].items()),
        "Made on": kept["platform"],
        "To repeat it": "everything needed is in provenance.json, of the folder of results",
        "Release": " ".join(STAYS.split()) if workshop is not None else "",
    }
    return tuple((word, text) for word, text in about.items() if text)


def _areas(published: Published) -> str:
    several = len(published.areas)
    of = published.provenance.get("areas")
    return f"{several} ICS{'' if several == 1 else 's'} in the fit{f' (of the {of})' if of else ''}"


def _groups(published: Published) -> str:
    groups = published.tables["expected"][published.facts.group.name].nunique()
    return f"{groups} {words_of(published.facts).page()['groups']}"
