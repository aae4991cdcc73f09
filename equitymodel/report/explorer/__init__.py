"""The explorer: one page in which a reader chooses what to look at; whole without its script."""
