"""What the runner says when a service cannot be had."""


class ServiceError(Exception):
    """A service cannot start. The message is for the person at the terminal, as it stands."""
