"""Checked tables to series: one labelled dataset over periods, with its calendar and breaks."""
