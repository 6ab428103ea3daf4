"""What a verb raises when somebody else was faster."""


class Overtaken(Exception):
    """Someone else changed the row first, and nothing was overwritten."""
