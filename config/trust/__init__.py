"""Can this installation be trusted? Facts that a machine can look up, each with its state.

Reads only, and says no word of a school: names of tables, roles and settings, counts, ids of rows.
One more thing to look at is one more function in `CHECKS` (`report.py`).
"""
