"""The kinds of effect, one file each: what a value of the effect does to the log ratio of each group."""
