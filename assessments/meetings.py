"""A team before one screen, and what its members noted alone. Nothing else writes these rows."""
