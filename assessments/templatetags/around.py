"""What stands around an answer, sorted for its page: comments and commitments."""

from collections.abc import Iterable

from django import template

from assessments.models import Comment, Commitment
from schools.models import District

register = template.Library()


@register.filter
def unresolved(threads: Iterable[Comment]) -> list[Comment]:
    """The threads that are still open."""
    return [thread for thread in threads or () if not thread.is_resolved]


@register.filter
def resolved(threads: Iterable[Comment]) -> list[Comment]:
    """The threads that are settled."""
    return [thread for thread in threads or () if thread.is_resolved]


@register.filter
def open_first(commitments: Iterable[Commitment]) -> list[Commitment]:
    """What is still to be done, then what is settled; else as it was."""
    return sorted(commitments or (), key=lambda commitment: not commitment.is_open)


@register.filter
def overdue_in(commitment: Commitment, district: District) -> bool:
    """Whether its date has passed, by the district's clock."""
    return commitment.is_overdue(district.today())
