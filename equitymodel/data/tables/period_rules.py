"""Rules for small numbers by period, as they are written: ``2022/23=hes,others=exact``."""

from __future__ import annotations

from collections.abc import Mapping

from equitymodel.errors import OptionError

OTHERS = "others"
"""What stands for every period that is not named."""


def rules_by_period(choice: object) -> dict[str, str]:
    """Give the rule of each period that is named, or nothing where one rule holds for all.

    Parameters
    ----------
    choice
        A rule, or several as ``PERIOD=RULE`` with commas between.

    Returns
    -------
    dict
        By the label of the period, as the table writes it, or ``others``.

    Raises
    ------
    OptionError
        When a part is not written so, or a period is named twice.

    Examples
    --------
    >>> rules_by_period("2022/23=hes, others=exact"), rules_by_period("hes")
    ({'2022/23': 'hes', 'others': 'exact'}, {})
    """
    if not isinstance(choice, str) or "=" not in choice:
        return {}
    parts = [tuple(text.strip() for text in part.split("=")) for part in choice.split(",")]
    found = {part[0]: part[-1] for part in parts}
    if len(found) < len(parts) or any(len(part) != 2 or not all(part) for part in parts):
        raise OptionError(
            f"rules by period are written PERIOD=RULE with commas between, each period once, such as "
            f"2022/23=hes,{OTHERS}=exact, not '{choice}'"
        )
    return found


def of_period[Rule](rules: Mapping[str, Rule], label: str) -> Rule | None:
    """Give what holds in a period; nothing where neither it nor all others are named.

    Examples
    --------
    >>> of_period({"2022": "hes", "others": "exact"}, "2023"), of_period({"2022": "hes"}, "2023")
    ('exact', None)
    """
    return rules.get(label, rules.get(OTHERS))
