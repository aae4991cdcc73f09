"""The words of measures: the one place where the facts of a record become the text of a table."""

from __future__ import annotations

from equitymodel.data.tables.comparisons import LEAST_DEPRIVED
from equitymodel.data.tables.groups import Group
from equitymodel.errors import OptionError
from equitymodel.estimands.core20 import FEWER
from equitymodel.estimands.measures import Measure
from equitymodel.estimands.reading import compared, event_words
from equitymodel.vocabulary import ADJUSTMENTS, ICS, of_need

FEWEST = compared("fewer")
"""Who has fewer along deprivation."""
WHOLE = {
    ("share_to_move", "within_area"): "Hoover index, within the area",
    ("theil_between", "between_groups"): "between groups of the area, Theil's T",
    ("index_of_disparity", "reference"): "mean absolute difference of the other groups from {reference}",
    ("index_of_disparity", "mean"): "mean absolute difference of all groups from the mean ratio",
}
"""Measures over all groups of an area; each has a null beside it."""
NULL = "what counting noise alone shows in crude counts"
VARIANTS = {
    ("rate_ratio", "ends"): "{compared}, adjusted for {adjusted}",
    ("rate_ratio", "to_reference"): "{compared}, adjusted for {adjusted}",
    ("core20_ratio", "fifth_to_others"): "the most deprived fifth against all others, by need",
    ("core20_difference", "fifth_to_others"): "all others less the most deprived fifth",
    ("rate_ratio_within", "to_own_least"): "against the least deprived of the same main group",
    ("rate_ratio_between", "same_deprivation"): "against {reference} of the same deprivation",
    ("rate_ratio_by_main_group", "same_mix"): "against {reference}, at the deprivation mix of all ICSs together",
    ("rate_ratio_by_deprivation", "same_mix"): "against the least deprived, at the mix of groups of all ICSs together",
    ("shortfall_within", "within"): "to the rate of the least deprived of the same main group",
    ("shortfall_between", "between"): "from there to the rate of {reference}",
    ("shortfall_total", "total"): "to the rate of {reference}",
    ("rate_difference", "ends"): "least less most deprived",
    ("rate_difference", "to_reference"): "{reference} less the group",
    ("slope_index", "national_linear"): "national positions (AGI), linear",
    ("slope_index", "local_linear"): "local positions, linear",
    ("relative_index", "national_ends_loglinear"): "national positions, ratio of fitted ends, log-linear",
    ("relative_index", "national_mean_linear"): "national positions, slope over mean, linear",
    ("relative_gradient_index", "national"): "national slope over national mean (RGI)",
    ("concentration_index", "relative"): "relative, need-adjusted rates",
    ("horizontal_inequity", "use_less_need"): "concentration of use less that of need",
    ("rate_of_most_deprived_present", "withheld"): "given where indices are withheld",
    **WHOLE,
    **{(f"{key}_null", variant): f"{words}: {NULL}, if groups were equal" for (key, variant), words in WHOLE.items()},
    ("share_to_move_null", "at_no_gap"): f"{NULL}, at no gap",
    ("theil_within", "between_areas"): "between ICSs within groups, Theil's T",
    ("probability_worse_than_all", "below_all"): "rate ratio below that of all ICSs together",
    ("probability_below_all", "below_all"): "rate ratio below that of all ICSs together",
    ("rank", "widest_first"): "1 = widest gap of {areas}",
}
"""What the column ``variant`` says, by quantity and variant."""
EVENTS = {
    "standardised_ratio": "ratio below 1",
    "shortfall": "shortfall above 0",
    "change": "more admissions than now",
    "total_shortfall": "shortfall above 0",
    "rate_ratio_within": event_words("below_1", "fewer than the least deprived of the same main group"),
    "rate_ratio_between": event_words("below_1", "fewer than the reference group of the same deprivation"),
    "rate_ratio_by_main_group": event_words("below_1", "fewer than the reference group, at the same deprivation mix"),
    "rate_ratio_by_deprivation": event_words(
        "below_1", "fewer than the least deprived, at the same mix of main groups"
    ),
    **{f"shortfall_{part}": "shortfall above 0" for part in ("within", "between")},
    "shortfall_total": "shortfall above 0",
    "core20_ratio": event_words("below_1", FEWER),
    "core20_difference": event_words("above_0", FEWER),
    "core20_shortfall": "shortfall above 0",
    "core20_change": "more admissions than now",
}
"""What probabilities of cells and targets are of; those of gaps also say who has fewer."""


def variant_words(measure: Measure, group: Group) -> str:
    """Say which definition a measure follows, as the column ``variant`` has it.

    Parameters
    ----------
    measure
        The record.
    group
        What the groups are.

    Returns
    -------
    str
        Words.

    Raises
    ------
    OptionError
        When there are no words for such a measure: they belong into `VARIANTS`.

    Examples
    --------
    >>> import xarray as xr
    >>> ratio = Measure("rate_ratio", "rate_ratio", xr.DataArray(0.8), "need", LEAST_DEPRIVED, variant="ends")
    >>> variant_words(ratio, Group())
    'most against least deprived, adjusted for age, sex and need'
    """
    if measure.route:
        return f"{measure.route}, {measure.scope}"
    words = VARIANTS.get((measure.quantity, measure.variant))
    if words is None:
        raise OptionError(f"no words for {measure.label}; add them to VARIANTS in report/wording/measure_words.py")
    return words.format(
        compared=comparison_words(measure.reference), reference=measure.reference,
        adjusted=adjustment_words(measure.adjustment, group), areas=measure.draws.sizes.get(ICS, 1),
    )  # fmt: skip


def adjustment_words(adjustment: str, group: Group) -> str:
    """Say what is adjusted for, without what the groups are themselves; nothing for no adjustment.

    Examples
    --------
    >>> adjustment_words("age_sex", Group()), adjustment_words("age_sex", Group("sex", "F"))
    ('age and sex', 'age')
    """
    return group.adjusted(ADJUSTMENTS[adjustment]) if adjustment else ""


def left_out_words(adjustment: str, group: Group) -> str:
    """Name the one adjustment, or covariate, that is left out.

    Examples
    --------
    >>> left_out_words("need", Group()), left_out_words("age_sex", Group("sex", "F"))
    ('need', 'age')
    """
    if adjustment and adjustment not in ADJUSTMENTS:
        return adjustment
    return "need" if of_need(adjustment) else adjustment_words(adjustment, group)


def comparison_words(reference: str) -> str:
    """Say who is compared with whom.

    Examples
    --------
    >>> comparison_words(LEAST_DEPRIVED), comparison_words("White British")
    ('most against least deprived', 'against White British')
    """
    return "most against least deprived" if reference == LEAST_DEPRIVED else f"against {reference}"


def probability_words(measure: Measure, group: Group) -> str:
    """Say what a probability is of, as the column ``probability_of`` has it; empty where none is stated.

    Examples
    --------
    >>> import xarray as xr
    >>> slope = Measure("slope_index", "slope_index", xr.DataArray(1.0), sign="fewer", probability_of="above_0")
    >>> probability_words(slope, Group()), probability_words(slope, Group("ethnicity", "White British"))
    ('above 0: the most deprived have fewer', 'above 0: fewer than White British')
    """
    if not measure.probability_of:
        return ""
    return EVENTS.get(measure.quantity) or event_words(measure.probability_of, compared("fewer", group.reference))
