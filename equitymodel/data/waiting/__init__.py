"""Waiting lists: tables of people by weeks waited."""
