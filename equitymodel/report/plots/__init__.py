"""Pictures, each built on a function that returns the data it shows."""
