"""Small tables of counts as they were reported."""

import pandas as pd


def rows(counts, *, first="2026-01-01", groups=1):
    """Counts of months from a first one, the same in every group."""
    months = pd.date_range(first, periods=len(counts), freq="MS").strftime("%Y-%m-%d")
    frame = pd.DataFrame(
        [
            (month, str(group), float(count))
            for month, count in zip(months, counts, strict=True)
            for group in range(groups)
        ],
        columns=["period", "deprivation", "count"],
    )
    frame = frame.astype({"period": object, "deprivation": object})
    return frame.assign(low=frame["count"], high=frame["count"])
