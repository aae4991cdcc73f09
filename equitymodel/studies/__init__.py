"""Studies that fit more than one model: evaluations, falsification, forecasts, planning, comparisons."""
