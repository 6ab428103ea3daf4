"""What each role may do, once. Pages, API and admin all ask here (`domain.md`, "Who uses it")."""

from enum import StrEnum
from typing import Final

from schools.models import ApiClient, BreakGlass, Membership, Role, Scope
from schools.querysets import Who


class Action(StrEnum):
    """Something that a person or a program may do in a district."""

    READ_SCHOOLS = "read_schools"
    READ_CYCLES = "read_cycles"
    COMMENT = "comment"
    EDIT_CYCLES = "edit_cycles"
    SUBMIT_CYCLES = "submit_cycles"
    REOPEN_CYCLES = "reopen_cycles"
    INVITE_TEAM = "invite_team"
    SEE_DASHBOARD = "see_dashboard"
    TAKE_ALONG = "take_along"
    SEE_TOGETHER = "see_together"
    MANAGE_CAMPAIGNS = "manage_campaigns"
    MANAGE_THEMES = "manage_themes"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_DISTRICT = "manage_district"
    READ_AUDIT_LOG = "read_audit_log"
    READ_WEBHOOKS = "read_webhooks"
    MANAGE_WEBHOOKS = "manage_webhooks"


_READS = frozenset({Action.READ_SCHOOLS, Action.READ_CYCLES, Action.SEE_TOGETHER})
_WRITES = _READS | {Action.COMMENT, Action.EDIT_CYCLES}
_FOLLOWS = _READS | {
    Action.COMMENT,
    Action.REOPEN_CYCLES,
    Action.SEE_DASHBOARD,
    Action.TAKE_ALONG,
    Action.MANAGE_CAMPAIGNS,
    Action.MANAGE_THEMES,
}

ROLE_TABLE: Final[dict[Role, frozenset[Action]]] = {
    Role.DISTRICT_ADMIN: _FOLLOWS
    | {Action.MANAGE_PEOPLE, Action.MANAGE_DISTRICT, Action.READ_AUDIT_LOG}
    | {Action.READ_WEBHOOKS, Action.MANAGE_WEBHOOKS},
    Role.SPECIALIST: _FOLLOWS,
    Role.PRINCIPAL: _WRITES | {Action.SUBMIT_CYCLES, Action.REOPEN_CYCLES, Action.INVITE_TEAM},
    Role.TEAM_MEMBER: _WRITES,
    Role.VIEWER: _READS | {Action.SEE_DASHBOARD, Action.TAKE_ALONG},
}

SCOPE_TABLE: Final[dict[Scope, frozenset[Action]]] = {
    Scope.ROSTER_READ: frozenset({Action.READ_SCHOOLS}),
    Scope.CYCLES_READ: frozenset({Action.READ_CYCLES, Action.TAKE_ALONG}),
    # Who writes sees what stands there: a write is answered with it.
    Scope.CYCLES_WRITE: frozenset(
        {
            *(Action.READ_CYCLES, Action.COMMENT, Action.EDIT_CYCLES),
            *(Action.SUBMIT_CYCLES, Action.REOPEN_CYCLES),
        }
    ),
    Scope.DASHBOARDS_READ: frozenset({Action.SEE_DASHBOARD, Action.SEE_TOGETHER}),
    Scope.WEBHOOKS_READ: frozenset({Action.READ_WEBHOOKS}),
    Scope.WEBHOOKS_WRITE: frozenset({Action.READ_WEBHOOKS, Action.MANAGE_WEBHOOKS}),
}

# An operator who was let in for a reason: what a viewer of the district reads. No files to take
# along: what they have read ends with the hour.
BREAK_GLASS: Final = _READS | {Action.SEE_DASHBOARD}

# What speaks about all schools at once is only for those who see them all.
_DISTRICT_WIDE = frozenset(
    {
        *(Action.SEE_DASHBOARD, Action.TAKE_ALONG),
        *(Action.MANAGE_CAMPAIGNS, Action.MANAGE_THEMES),
    }
)


# Nobody grants above their own place in it.
RANKING: Final = (
    *(Role.DISTRICT_ADMIN, Role.SPECIALIST, Role.PRINCIPAL, Role.TEAM_MEMBER, Role.VIEWER),
)


def may(who: Who, action: Action) -> bool:
    """Whether `who` may do `action` at all; which rows they may do it to, `visible_to` says."""
    if action in _DISTRICT_WIDE and not who.sees_whole_district:
        return False
    return action in allowed_actions(who)


def allowed_actions(who: Who) -> frozenset[Action]:
    """All that a membership's role, a client's scopes or a break-glass session allow."""
    if isinstance(who, Membership):
        return ROLE_TABLE[Role(who.role)]
    if isinstance(who, ApiClient):
        return frozenset().union(*(SCOPE_TABLE[scope] for scope in who.scopes))
    if isinstance(who, BreakGlass):
        return BREAK_GLASS
    raise TypeError(f"{who!r} is nobody who asks")


def can_manage_api_clients(who: Who) -> bool:
    """Let programs in and keep them out: the people who manage the district."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_DISTRICT)


def can_manage_security(who: Who) -> bool:
    """Say how the district's people sign in: by which factors, and by which providers."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_DISTRICT)


def grantable_roles(who: Who) -> tuple[Role, ...]:
    """The roles that `who` may give to others and take from them, the highest first.

    A principal invites the school's team (`domain.md`), and nobody else.
    """
    if not isinstance(who, Membership):
        return ()
    if may(who, Action.MANAGE_PEOPLE):
        return RANKING[RANKING.index(Role(who.role)) :]
    return (Role.TEAM_MEMBER,) if may(who, Action.INVITE_TEAM) else ()


def can_see_people(who: Who) -> bool:
    """Look at who is here, with their addresses: who may change something about it."""
    return bool(grantable_roles(who))


def can_grant(who: Who, role: str) -> bool:
    """Invite somebody as `role`, or take it from them."""
    return role in grantable_roles(who)


def can_change_roles(who: Who) -> bool:
    """Give a person another role, or other schools."""
    return isinstance(who, Membership) and may(who, Action.MANAGE_PEOPLE)


def can_change_place(who: Who, of: Membership) -> bool:
    """Say what this person is here, and how they get in."""
    return can_change_roles(who) and can_grant(who, of.role)
