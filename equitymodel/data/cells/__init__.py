"""Checked tables to cells: one labelled dataset of ICS x group x procedure."""
