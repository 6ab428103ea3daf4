"""What a person chooses for themselves."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class MailForm(forms.ModelForm):
    """Which mails: two boxes."""

    class Meta:
        model = User
        fields = ("gets_comments_by_mail", "gets_reminders_by_mail")
        labels: ClassVar = {
            "gets_comments_by_mail": _("Comments on a cycle that are for me"),
            "gets_reminders_by_mail": _("Reminders of due dates and commitments"),
        }
