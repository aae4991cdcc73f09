"""What the documents of this package say: of gaps and routes, and of evaluations."""
