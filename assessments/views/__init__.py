"""The pages: a view fetches, calls, renders."""
