"""The model for interrupted time series: counts, a trend, a season, noise that lasts, and a change."""
