"""Stage 2: what is assumed. Models as values, read from files with a closed vocabulary."""
