"""Stage 1: what was observed. Tables in, checked cells out."""
