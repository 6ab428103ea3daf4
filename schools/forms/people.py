"""The forms about a district's people. They read what was sent; the verbs decide."""

from typing import Any, ClassVar, Final

from allauth.account.adapter import get_adapter
from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.addresses import LONGEST, one_spelling
from accounts.models import User
from schools.bulk_invitations import LARGEST, SchoolFinder
from schools.invitations import LONGEST_NAME, Wish
from schools.models import Membership, School
from schools.permissions import grantable_roles
from schools.text import clean_text, one_line

# Of so many schools one can still pick; where there are more, one writes them.
MOST_TO_PICK_FROM: Final = 40


class SchoolLines(forms.CharField):
    """Schools by name or NCES id, one a line."""

    widget = forms.Textarea
    default_error_messages: ClassVar = {"required": _("Choose at least one school.")}

    def __init__(self, schools: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.finder = SchoolFinder(schools)

    def clean(self, value: Any) -> Any:
        """The schools themselves."""
        return self.finder.read(super().clean(value))

    def prepare_value(self, value: Any) -> Any:
        """Their names, one a line."""
        if isinstance(value, list):
            return "\n".join(self._called(school) for school in value)
        return value

    def _called(self, school: School) -> str:
        same = self.finder.by_name[" ".join(school.name.casefold().split())]
        return school.nces_schid if len(same) > 1 and school.nces_schid else school.name


class PlaceForm(forms.Form):
    """A role, and the schools that it is for."""

    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, by: Membership, sent: Any = None, **kwargs: Any) -> None:
        super().__init__(sent, **kwargs)
        roles = grantable_roles(by)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        if len(roles) == 1:
            self.fields["role"].initial = roles[0]
        schools = School.objects.visible_to(by).filter(is_active=True).order_by("name")
        self.fields["schools"] = self._schools_field(by, schools)

    def _schools_field(self, by: Membership, schools: Any) -> forms.Field:
        words: dict[str, Any] = {"label": _("Schools"), "required": not by.sees_whole_district}
        if by.sees_whole_district:
            words["help_text"] = _(
                "For principals, team members and the viewers of single schools. Leave it empty"
                " for who works with the whole district."
            )
        if (known := list(schools[: MOST_TO_PICK_FROM + 1])) and len(known) <= MOST_TO_PICK_FROM:
            if len(known) == 1 and not by.sees_whole_district:
                words["initial"] = known
            return forms.ModelMultipleChoiceField(
                queryset=schools, widget=forms.CheckboxSelectMultiple, **words
            )
        hint = _("One a line: its name or its NCES id.")
        words["help_text"] = f"{words.get('help_text', '')} {hint}".strip()
        return SchoolLines(schools, **words)

    def refused(self, error: Any) -> None:
        """Say in the fields what the verb has said."""
        said = error.message_dict if hasattr(error, "error_dict") else {None: error.messages}
        for name, messages in said.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, message)


class InvitationForm(PlaceForm):
    """Whom to invite as what."""

    email = forms.CharField(
        label=_("E-mail address"),
        max_length=LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        required=False,
        max_length=LONGEST_NAME,
        help_text=_("If you know it: the mail greets them by it."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)
    field_order = ("email", "name", "role", "schools", "language")

    def __init__(self, by: Membership, sent: Any = None, **kwargs: Any) -> None:
        super().__init__(by, sent, **kwargs)
        self.fields["language"].initial = get_language()
        self.order_fields(self.field_order)

    def clean_email(self) -> str:
        """In its one spelling."""
        return one_spelling(self.cleaned_data["email"])

    def wish(self) -> Wish:
        """What was asked for."""
        said = self.cleaned_data
        return Wish(
            email=said["email"],
            role=said["role"],
            schools=list(said["schools"]),
            name=said["name"],
            language=said["language"],
        )


def place_of(membership: Membership, by: Membership, sent: Any = None) -> PlaceForm:
    """A form that shows where a person stands."""
    schools = [seat.school for seat in membership.seats.all()]
    return PlaceForm(by, sent, initial={"role": membership.role, "schools": schools})


class TableForm(forms.Form):
    """A table of people: a file, or what was copied out of a spreadsheet."""

    file = forms.FileField(label=_("A CSV file"), required=False, allow_empty_file=True)
    table = forms.CharField(
        label=_("Or paste the lines here, with the line of headings"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
    )
    language = forms.ChoiceField(label=_("Language of the mails"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        self.is_latin_1 = False

    def clean(self) -> dict[str, Any] | None:
        """The text, whichever way it came."""
        cleaned = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("table") or ""
        text = self._read(file) if file else pasted
        if not self.errors and not text.strip():
            self.add_error(None, _("Choose a file, or paste some lines."))
        if "\0" in text:
            self.add_error(None, _("This is no text. Save the table as “CSV UTF-8” first."))
        if len(text.encode(errors="replace")) > LARGEST:
            self.add_error(None, self._too_large())
        return cleaned | {"text": text}

    def _read(self, file: Any) -> str:
        if file.size > LARGEST:
            self.add_error("file", self._too_large())
            return ""
        content = file.read()
        try:
            return str(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            # Every byte is something in Latin-1; the preview says to look at the names.
            self.is_latin_1 = True
            return str(content.decode("cp1252", errors="replace"))

    def _too_large(self) -> Any:
        return _("At most 1 MB can be read at once. Send the table in parts.")


class NewPersonForm(forms.Form):
    """Who comes by an invitation and has no account: their name and a password."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=LONGEST_NAME,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("A password"),
        strip=False,
        help_text=_("At least 12 characters. A few words that belong to no sentence are good."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, email: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_name(self) -> str:
        """On one line, and something to be seen."""
        name = one_line(clean_text(self.cleaned_data["name"]))
        if not name:
            raise forms.ValidationError(_("Please tell us your name."), code="required")
        return name

    def clean(self) -> dict[str, Any] | None:
        """Both passwords are the same, and no easy one."""
        cleaned = super().clean() or {}
        password = cleaned.get("password")
        if password and "again" in cleaned and password != cleaned["again"]:
            self.add_error("again", _("The two passwords are not the same."))
        elif password:
            person = User(email=self.email, name=cleaned.get("name", ""))
            try:
                get_adapter().clean_password(password, user=person)
            except forms.ValidationError as refused:
                self.add_error("password", refused)
        return cleaned
