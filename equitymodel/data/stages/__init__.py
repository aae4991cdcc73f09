"""Stages of a pathway: tables of counts by stage, and which passages they hold."""
