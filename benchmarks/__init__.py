"""Figures, as ratios to the bare statement or the bare stack in the same run (README.md)."""
