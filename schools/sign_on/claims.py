"""What a provider has said of somebody, after everything about it was checked."""

from dataclasses import dataclass, field


class RefusedError(Exception):
    """Somebody does not get in this way; `code` says why, `detail` what an admin needs to know."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code, self.detail = code, detail


@dataclass(frozen=True)
class Claims:
    """Who somebody is there.

    Args:
        subject: the provider's own name for them, which never becomes another's.
        email: their address in its one spelling; empty when it names none.
        is_vouched_for: whether it says that the address is theirs.
        said: what an admin is shown who tries it.
    """

    subject: str
    email: str = ""
    is_vouched_for: bool = False
    name: str = ""
    said: dict[str, str] = field(default_factory=dict)
