"""Programs read it."""
