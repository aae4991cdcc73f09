"""The model of cells: layout, sampling, prediction and checks."""
