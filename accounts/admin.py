"""People, for operators."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User

admin.site.unregister(Group)
# Taken away by `reset_second_factors`, which ends sessions, tells the person and the audit log.
admin.site.unregister(Authenticator)


class OneSpelling(forms.ModelForm):
    """One spelling of an address, so that one person has one account."""

    def clean_email(self) -> str:
        """The address in small letters, which nobody else has."""
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("A person with this e-mail address exists already."))
        return email


class PersonCreationForm(OneSpelling, AdminUserCreationForm):
    """A new person: an address, a name, and a password or none."""

    class Meta:
        model = User
        fields = ("email", "name")


class PersonForm(OneSpelling, UserChangeForm):
    """A person that is there."""


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """People and what they may do in this admin; their districts stand with the memberships."""

    form = PersonForm
    add_form = PersonCreationForm
    list_display = ("email", "name", "is_staff", "is_active", "last_login")
    list_filter = ("is_staff", "is_active", "language")
    search_fields = ("email", "name")
    ordering = ("email",)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("email", "password")}),
        (_("Person"), {"fields": ("name", "language")}),
        (
            pgettext_lazy("what a person is allowed to do", "May"),
            {"fields": ("is_active", "is_staff", "is_superuser")},
        ),
        (_("Dates"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": ("email", "name", "usable_password", "password1", "password2"),
            },
        ),
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What a person wrote stays theirs: make them inactive instead."""
        return False
