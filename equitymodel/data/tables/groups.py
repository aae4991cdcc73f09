"""Groups other than deprivation: of what kind they are, how their labels are read, and their contrasts.

Deprivation groups have an order, and so a gradient. Groups of ethnicity, age, sex or any other kind
are compared with a reference group instead. Whatever the groups are, the one to compare with comes
last along the dimension ``deprivation``, which keeps its name inside the package.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pandas as pd

from equitymodel.argument_types import refuse_other_fields
from equitymodel.data.tables.column_names import CROSSED
from equitymodel.data.tables.comparisons import ALONG_DEPRIVATION, Comparison, with_reference
from equitymodel.data.tables.deprivation import Deprivation
from equitymodel.data.tables.findings import DataLog
from equitymodel.data.tables.rules import Rule
from equitymodel.data.tables.strata import parse_age_bands, parse_sex
from equitymodel.errors import OptionError
from equitymodel.vocabulary import ADJUSTMENTS, AGE_BAND, DEPRIVATION, ICS, PERIOD, PROCEDURE, SEX, nearest

RULES = (
    Rule("U01", "error", "the group to compare with is not known", "name one of the groups with --reference-group"),
    Rule(
        "U04", "error", "groups whose labels differ only in capitals, spaces or hyphens", "write each group in one way"
    ),
)
CHARACTERISTICS = {
    "age": "age", "age_band": "age", "age_group": "age",
    "disability": "disability", "disabled": "disability",
    "gender_reassignment": "gender reassignment", "gender_identity": "gender reassignment",
    "marriage_and_civil_partnership": "marriage and civil partnership",
    "marital_status": "marriage and civil partnership",
    "pregnancy_and_maternity": "pregnancy and maternity",
    "race": "race", "ethnicity": "race", "ethnic_group": "race", "ethnic_category": "race",
    "religion_or_belief": "religion or belief", "religion": "religion or belief",
    "sex": "sex",
    "sexual_orientation": "sexual orientation",
}  # fmt: skip
"""The nine characteristics of the Equality Act 2010, by the columns that hold them. Deprivation is not one."""
KINDS = {
    "deprivation": "Deprivation",
    "equality_act": "Equality Act characteristic",
    "other": "Locally chosen group (Core20PLUS)",
}
TAKEN = (ICS, "ics_name", PROCEDURE, PERIOD, "admissions", "population", "need_ratio", "need_ratio_se", "rate")


@dataclass(frozen=True)
class Group:
    """What the groups of a table are.

    Attributes
    ----------
    name
        The column that holds them: ``deprivation``, or for example ``ethnicity``. Two columns,
        ``ethnicity,deprivation``, are deprivation within each group of ethnicity; their name is then
        ``ethnicity_by_deprivation``.
    reference
        The label of the group to compare with; empty for deprivation, whose last group it is. For other
        groups one is asked for when tables are read (rule U01). With deprivation within them, cells are compared
        with the least deprived of that group.
    within
        How the deprivation groups within them were made, where there are any.

    Examples
    --------
    >>> Group("ethnicity", "White British").label
    'Equality Act characteristic: race'
    >>> Group("homeless", "no").label, Group().kind
    ('Locally chosen group (Core20PLUS): homeless', 'deprivation')
    >>> Group("ethnicity,deprivation", "White British").words
    'ethnicity by deprivation'
    """

    name: str = DEPRIVATION
    reference: str = ""
    within: Deprivation = field(default=Deprivation(), repr=False)

    def __post_init__(self) -> None:
        """Write the name as columns are read.

        Raises
        ------
        OptionError
            When the name is that of another column, or deciles within the groups are to be added up.
        """
        refuse_other_fields(self)
        object.__setattr__(self, "name", group_column(self.name))
        if self.within.quintiles:
            raise OptionError(
                "deciles within other groups are not added up to quintiles; write quintiles into the tables, and leave "
                "quintiles out"
            )

    @property
    def ordered(self) -> bool:
        """Whether the groups have an order, from the most to the least deprived."""
        return self.name == DEPRIVATION

    @property
    def comparison(self) -> Comparison:
        """How the groups are compared: from end to end, or with the reference group.

        Examples
        --------
        >>> Group().comparison.last, Group("ethnicity", "White British").comparison.last
        ('the least deprived', 'White British')
        """
        return ALONG_DEPRIVATION if self.ordered else with_reference(self.words, self.reference)

    @property
    def crossed(self) -> bool:
        """Whether there are groups of deprivation within each of them."""
        return self.name.endswith(CROSSED)

    @property
    def main(self) -> str:
        """The column of the groups, without that of deprivation within them."""
        return self.name.removesuffix(CROSSED)

    @property
    def characteristic(self) -> str | None:
        """The characteristic of the Equality Act 2010 that the groups are of, if any."""
        return CHARACTERISTICS.get(self.main)

    @property
    def kind(self) -> str:
        """``deprivation``, ``equality_act`` or ``other``."""
        return "deprivation" if self.ordered else "equality_act" if self.characteristic else "other"

    @property
    def words(self) -> str:
        """The name as it is written in a sentence."""
        return self.name.replace("_", " ")

    @property
    def label(self) -> str:
        """The kind and the name, so that protected characteristics are distinguished from other groups."""
        what = "" if self.kind == DEPRIVATION else f": {self.characteristic or self.main.replace('_', ' ')}"
        what += f", and {DEPRIVATION} within it" if self.crossed else ""
        return f"{KINDS[self.kind]}{what}"

    @property
    def stratum(self) -> str | None:
        """The stratum that the groups are themselves, which is then not adjusted for."""
        return {"age": AGE_BAND, "sex": SEX}.get(self.characteristic or "")

    @property
    def stratum_word(self) -> str:
        """What the stratum is called in a sentence."""
        return "sex" if self.stratum == SEX else "age"

    def adjusted(self, words: str) -> str:
        """Name what is adjusted for, without what the groups are themselves.

        Examples
        --------
        >>> Group("sex", "F").adjusted("age, sex and need"), Group().adjusted("age and sex")
        ('age and need', 'age and sex')
        """
        if self.stratum is None:
            return words
        rest = "age" if self.stratum == SEX else "sex"
        words = words.replace(f", with {self.stratum_word} not allowed for", "")
        words = words.replace(f", with {self.stratum_word} and need not allowed for", ", with need not measured")
        return words.replace("age, sex and need", f"{rest} and need").replace("age and sex", rest)

    def adjustments(self, keys: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Name what each version of expected admissions is adjusted for: a column and words.

        Examples
        --------
        >>> Group("sex", "F").adjustments(["population", "age_sex"])
        {'population': ('population', 'population only'), 'age_sex': ('age', 'age')}
        """
        columns = {key: key for key in ADJUSTMENTS} | {"age_sex": self.adjusted("age and sex").replace(" and ", "_")}
        return {key: (columns[key], self.adjusted(ADJUSTMENTS[key])) for key in keys}


def group_column(name: str) -> str:
    """Write the name of a group as columns are read, and refuse what cannot be one.

    Raises
    ------
    OptionError
        When the name is that of another column; when two are named and neither is deprivation, or more than two.

    Examples
    --------
    >>> group_column("Ethnic group"), group_column("Ethnicity, deprivation")
    ('ethnic_group', 'ethnicity_by_deprivation')
    """
    parts = [group_column(part) for part in name.split(",")] if "," in name else []
    if parts and (len(parts) > 2 or parts.count(DEPRIVATION) != 1):
        raise OptionError(
            f"two groupings are deprivation and one other column, such as ethnicity,deprivation, not '{name}'; for "
            "others make one column that holds both labels, and name it"
        )
    if parts:
        return next(part for part in parts if part != DEPRIVATION) + CROSSED
    plain = name.strip().lower().replace(" ", "_")
    if not plain or plain in TAKEN:
        raise OptionError(f"group cannot be '{name}', which is another column; name the column of the groups")
    return plain


def parse_groups(column: pd.Series, name: str, log: DataLog) -> pd.Series:
    """Read the labels of groups that have no order.

    Parameters
    ----------
    column
        Labels, as text.
    name
        Of the column; bands of age and codes of sex are read as such.
    log
        Where rule U04, and those of age bands and sex, are recorded.

    Examples
    --------
    >>> parse_groups(pd.Series(["Female", "M"]), "sex", DataLog()).tolist()
    ['F', 'M']
    >>> log = DataLog()
    >>> _ = parse_groups(pd.Series(["White British", "white british"]), "ethnicity", log)
    >>> log.findings[0].rule
    'U04'
    """
    stratum = Group(name).stratum
    if stratum is not None:
        return parse_sex(column, log) if stratum == SEX else parse_age_bands(column, log)
    labels = pd.Series(sorted(set(map(str, column.unique()))), dtype=object)
    plain = labels.str.casefold().str.replace(r"[\s_\-\u2013:,/]+", " ", regex=True)
    alike = labels[plain.duplicated(keep=False)]
    if len(alike):
        log.add("U04", detail=f"column {name}", rows=[repr(label) for label in alike])
    return column.astype(str)


def read_reference(group: Group, known: list[str], log: DataLog) -> str:
    """Find the reference group among the groups, in the spelling that the tables are read in.

    Parameters
    ----------
    group
        The column, and the label as given; empty if it was not.
    known
        The groups.
    log
        Where rule U01 is recorded.

    Returns
    -------
    str
        The label of the reference group; as given if it is not among the groups.

    Examples
    --------
    >>> read_reference(Group("sex", "Female"), ["F", "M"], DataLog())
    'F'
    """
    name, reference = group.name, group.reference
    if not reference:
        log.add("U01", detail=f"none was named; the groups of {name} are {', '.join(known)}")
        return ""
    plain = str(parse_groups(pd.Series([reference.strip()]), name, DataLog()).iloc[0])
    if plain not in known:
        log.add(
            "U01", detail=f"'{reference}' is not among the groups of {name} ({nearest(reference, known).rstrip('.')})"
        )
    return plain
