"""Estimates that others have published, with their intervals, where counts cannot be had."""
