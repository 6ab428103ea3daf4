"""What changed between two texts, as pure functions: for conflicts, histories and years."""
