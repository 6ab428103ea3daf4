"""What somebody is told who does not get in: what they can do, and nothing of anybody else."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_UNKNOWN: Final = _("Your provider’s answer was not what it must be. Please begin once more.")
_SAID: Final[dict[str, str | Promise]] = {
    "not_expected": _(
        "This answer belongs to no sign-in that was begun in this browser, or it took too long."
        " Please begin once more."
    ),
    "provider_said_no": _("Your provider has not let you in, or you have gone back."),
    "not_reached": _("Your provider cannot be reached, or takes too long. Please try again later."),
    "not_understood": _("Your provider’s answer cannot be read. Please begin once more."),
    "not_now": _(
        "Your provider’s answer came too late, or its clock is wrong, or ours. Please begin once"
        " more; if that does not help, tell your admin."
    ),
    "other_issuer": _("At this address there is another provider than the one that was entered."),
    "other_tenant": _(
        "You are signed in there with an account outside your district. Choose the one that your"
        " district has given you."
    ),
    "name_id": _("Your provider does not name people by a persistent NameID. Tell your admin."),
    "no_address": _("Your provider names no e-mail address of yours. Tell your admin."),
    "not_invited": _(
        "Nobody of your address has a place here. Ask your district’s admin for an invitation; if"
        " you have one, open the link in its mail."
    ),
    "other_address": _(
        "The invitation is for another address than the one that your provider names. Ask whoever"
        " invited you to invite that one."
    ),
    "no_place": _("You have no place in this district any more. Ask its admin."),
    "switched_off": _("This way in is switched off. Ask your district’s admin."),
    "somebody_else": _(
        "You are signed in as somebody else than your provider named. Sign out, and begin"
        " once more."
    ),
    "not_anew": _(
        "Your provider has not asked you who you are. Sign out there, or use a private window, and"
        " begin once more."
    ),
    "changed_meanwhile": _(
        "Your district has changed this way in while you were away. Please begin once more."
    ),
    "came_from_elsewhere": _(
        "You are signed in by another district’s sign-on, which says nothing here. Sign out, and"
        " begin once more."
    ),
    "linked_already": _("There is somebody linked already. Ask your district’s admin."),
}


def said_of(code: str) -> str:
    """The sentence for the person."""
    return str(_SAID.get(code, _UNKNOWN))
