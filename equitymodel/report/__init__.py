"""Stage 6: what is said. Tables, pictures and plain sentences; the only place that draws."""
