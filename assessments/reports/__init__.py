"""A cycle to take along: the report, and the blank worksheet."""
