"""Rosters: a file is read, compared with the rows that are there, and written as a whole."""
