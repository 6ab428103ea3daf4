"""How allauth behaves where a district has its people sign in through its own sign-on alone."""

from typing import Any

from allauth.account.internal.flows.login import clear_authentication_records
from allauth.core import context
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.account_mails import made_public
from accounts.adapter import AccountAdapter
from accounts.models import User
from schools.models import District
from schools.sign_on import arriving
from schools.sign_on.doors import mark_of, only_by_sign_on

_RESET = "account/email/password_reset_key"
_INSTEAD = "account/email/sign_on_only"


class DistrictAccountAdapter(AccountAdapter):
    """`ACCOUNT_ADAPTER`."""

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Password, passkey, a reset, an invitation: whoever has no way but sign-on goes there.

        But for who has just come from there, to confirm who they are.
        """
        response: HttpResponse | None = super().pre_login(request, user, **kwargs)
        if response or (district := only_by_sign_on(user)) is None:
            return response
        if arriving.kept_for(request.session, user):
            return None
        # Nor does what they have shown wait here for whoever uses this browser next.
        clear_authentication_records(request)
        said = _("%(district)s has its people sign in through its own sign-on.")
        messages.info(request, said % {"district": district})
        return redirect("sign_in_at", district.slug)

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Whoever came by a provider says there who they are, once more."""
        mark = mark_of(context.request)
        if mark is None or not user.is_authenticated:
            return list(super().get_reauthentication_methods(user))
        slug = District.objects.get(pk=mark.district).slug
        there = reverse("sign_in_with", args=[slug, mark.provider])
        return [{"id": "sign_on", "description": _("Sign in once more"), "url": there}]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Whoever has no other way is told which one they have, instead of being given another.

        But for who has just come from there: their own mailbox is the way to confirm who they are.
        """
        user = context.get("user") if template_prefix == _RESET else None
        if (
            isinstance(user, User)
            and (district := only_by_sign_on(user)) is not None
            and not arriving.kept_for(context["request"].session, user)
        ):
            address = made_public(reverse("sign_in_at", args=[district.slug]))
            context = {"district": district, "address": address}
            template_prefix = _INSTEAD
        super().send_mail(template_prefix, email, context)
