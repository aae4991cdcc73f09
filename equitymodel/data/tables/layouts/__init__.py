"""Layouts that tables are sent in, beside that of the contract: a file each."""
