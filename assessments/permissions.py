"""Who may do what to which cycle. The verbs ask; templates ask the same to hide a button."""

from assessments.models import Cycle
from schools.models import Author, BreakGlass, Membership
from schools.permissions import Action, may
from schools.querysets import Who


def can_see_dashboard(who: Who) -> bool:
    """The district's figures are for those who see every school."""
    return may(who, Action.SEE_DASHBOARD)


def can_see_together(who: Who) -> bool:
    """What all schools of a district may see of each other."""
    return may(who, Action.SEE_TOGETHER)


def can_manage_campaigns(who: Who) -> bool:
    """Open and change campaigns."""
    return may(who, Action.MANAGE_CAMPAIGNS)


def can_manage_themes(who: Who) -> bool:
    """Decide what the district's schools have in common, and answer it."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_THEMES)


def can_edit(who: Author, cycle: Cycle) -> bool:
    """Write in the cycle, as far as the person goes; whether it is open, the cycle says."""
    return may(who, Action.EDIT_CYCLES) and who.covers(cycle.school_id)


def can_submit(who: Author, cycle: Cycle) -> bool:
    """Hand the cycle to the district."""
    return may(who, Action.SUBMIT_CYCLES) and who.covers(cycle.school_id)


def can_reopen(who: Author, cycle: Cycle) -> bool:
    """Take a submitted cycle back: the principal, or the district's people."""
    return may(who, Action.REOPEN_CYCLES) and who.covers(cycle.school_id)


def can_comment(who: Author, cycle: Cycle) -> bool:
    """Say something about the cycle: the school's writers, and the district's people."""
    return may(who, Action.COMMENT) and who.covers(cycle.school_id)


def can_commit(who: Author, school_id: object) -> bool:
    """Decide what the school will do, and what became of it, whatever becomes of its cycles."""
    return may(who, Action.EDIT_CYCLES) and who.covers(school_id)


def can_extend(who: Who) -> bool:
    """Give a school more time."""
    return may(who, Action.MANAGE_CAMPAIGNS)


def can_take_along(who: Who) -> bool:
    """Ask for a file of all schools' words, and fetch it: who sees the whole district."""
    return may(who, Action.TAKE_ALONG)


def can_take_a_report(who: Who) -> bool:
    """Have one cycle as a file: its readers, but no operator, whose reading ends with the hour."""
    return may(who, Action.READ_CYCLES) and not isinstance(who, BreakGlass)


def can_remind(who: Who) -> bool:
    """Remind schools' principals by mail."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_CAMPAIGNS)


def can_introduce(who: Who) -> bool:
    """Bring two schools together: the district's own people."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_CAMPAIGNS)


def can_read_along(who: Who) -> bool:
    """Have a reading queue of one's own: people who see every school."""
    return isinstance(who, Membership) and may(who, Action.SEE_DASHBOARD)
