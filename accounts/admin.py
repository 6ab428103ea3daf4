"""People, for operators: who they are and whether they get in. Never how they get in.

An operator sets nobody's password and sees none: who could, would read whatever that person reads.
Whoever is added here chooses their own by "Forgotten your password?", or comes by an invitation.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.account_mails import account_mail
from accounts.addresses import forget_earlier, one_spelling, person_at
from accounts.models import User
from accounts.narrow_admin import NarrowAdmin

admin.site.unregister(Group)
# Taken away by `reset_second_factors`, which ends sessions, tells the person and the audit log.
admin.site.unregister(Authenticator)


class PersonForm(forms.ModelForm):
    """One spelling of an address, so that one person has one account."""

    def clean_email(self) -> str:
        """The address in small letters, which nobody else has."""
        email = one_spelling(self.cleaned_data["email"])
        if person_at(email) not in {None, self.instance}:
            raise forms.ValidationError(_("A person with this e-mail address exists already."))
        return email


@admin.register(User)
class UserAdmin(NarrowAdmin):
    """People and what they may do in this admin; their districts stand with the memberships."""

    form = PersonForm
    list_display = ("email", "name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    fieldsets = (
        (_("Person"), {"fields": ("email", "name", "language")}),
        (
            pgettext_lazy("what a person is allowed to do", "May"),
            {"fields": ("is_active", "is_staff", "is_superuser")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who is new has no dates."""
        return self.fieldsets if obj else self.fieldsets[:2]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new address is told to the old one: who holds it could get in by the new one.

        By the old one nobody gets in any more: it may be given to somebody else by now.
        """
        if not change:
            obj.set_unusable_password()
        elif "email" in form.changed_data:
            told = {"to_email": obj.email}
            mail = account_mail("accounts/email/address_changed", form.initial["email"], told)
            transaction.on_commit(mail.send, robust=True)
        super().save_model(request, obj, form, change)
        forget_earlier(obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a person wrote stays theirs: make them inactive instead."""
        return False
