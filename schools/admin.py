"""Districts, who sits where, and API clients, for operators.

Schools and their words lie inside a district and are not here; a membership's schools are, inside
the scope of its district.
"""

from typing import Any

from allauth.idp.oidc.models import Client
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.admin import UserAdmin
from accounts.models import User
from schools.audited_admin import AuditedAdmin
from schools.invitations import has_admin
from schools.models import DISTRICT_ROLES, ApiClient, District, Membership, Role, School, Seat
from schools.people import tell_of_new_address
from schools.tenancy import district_scope

admin.site.unregister(User)


@admin.register(User)
class AuditedUserAdmin(AuditedAdmin, UserAdmin):
    """What is changed about a person stands in the log of each district where they have a place."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new address is told to the admins there, too."""
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data:
            tell_of_new_address(obj)


@admin.register(District)
class DistrictAdmin(AuditedAdmin):
    """A district is made here or by `load_nces`; its schools come from a roster."""

    list_display = ("name", "slug", "nces_leaid", "state", "time_zone", "created_at")
    search_fields = ("name", "slug", "nces_leaid")
    prepopulated_fields = {"slug": ("name",)}  # noqa: RUF012 - Django reads it as it is
    readonly_fields = ("created_at", "to_read")

    @admin.display(description=_("its words"))
    def to_read(self, obj: District) -> SafeString | str:
        """They are not here; how one comes to read them."""
        if obj._state.adding:
            return "–"
        address = f"{reverse('break_glass')}?district={obj.slug}"
        return format_html('<a href="{}">{}</a>', address, _("Read a district"))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A district's years are never deleted by a click."""
        return False


class MembershipForm(forms.ModelForm):
    """A role; and for the people of schools, which schools."""

    seats = forms.ModelMultipleChoiceField(
        label=_("schools"),
        queryset=School.objects.none(),
        required=False,
        help_text=_("For principals, team members and viewers of single schools."),
    )

    class Meta:
        model = Membership
        fields = ("user", "district", "role", "sees_whole_district")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding:
            del self.fields["seats"]
            return
        self.fields["district"].disabled = True
        self.fields["user"].disabled = True
        field = self.fields["seats"]
        field.queryset = School.objects.visible_to(_EveryoneOf(self.instance.district_id))  # type: ignore[attr-defined]
        field.initial = list(self.instance.school_ids.values_list("school", flat=True))

    def clean_user(self) -> User:
        """Whoever runs the installation gives nobody of theirs a district's words."""
        user: User = self.cleaned_data["user"]
        if self.instance._state.adding and user.is_staff:
            raise ValidationError(
                _("Only a district itself gives an operator a place: by an invitation.")
            )
        return user

    def clean_district(self) -> District:
        """Where somebody can invite, they do: nobody is slipped in beside them."""
        district: District = self.cleaned_data["district"]
        if self.instance._state.adding and has_admin(district):
            raise ValidationError(_("This district has an admin, who can invite others."))
        return district

    def clean(self) -> dict[str, Any] | None:
        """Only a viewer's scope is a choice; the other roles bring theirs along."""
        cleaned = super().clean()
        if cleaned and cleaned.get("role") != Role.VIEWER:
            cleaned["sees_whole_district"] = cleaned.get("role") in DISTRICT_ROLES
            self.instance.sees_whole_district = cleaned["sees_whole_district"]
        if self.instance._state.adding or not cleaned:
            return cleaned
        if self.instance.sees_whole_district:
            cleaned["seats"] = School.objects.none()
        elif not cleaned.get("seats"):
            self.add_error("seats", _("Choose at least one school."))
        return cleaned


class _EveryoneOf:
    """An operator who looks at one district's schools."""

    sees_whole_district = True
    school_ids = ()

    def __init__(self, district_id: Any) -> None:
        self.district_id = district_id


@admin.register(Membership)
class MembershipAdmin(AuditedAdmin):
    """Who may do what where. First the role is added, then its schools are chosen."""

    form = MembershipForm
    list_display = ("user", "role", "district", "sees_whole_district", "created_at")
    list_filter = ("role", "district")
    list_select_related = ("user", "district")
    search_fields = ("user__email", "user__name", "district__name")
    autocomplete_fields = ("user", "district")
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The schools can be chosen once the district is known."""
        return (*MembershipForm.Meta.fields, "seats") if obj else MembershipForm.Meta.fields

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kw: Any
    ) -> Any:
        """Inside the district of the membership, page and all."""
        return self._in_its_district(super().changeform_view, request, object_id, *args, **kw)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kw: Any) -> Any:
        """Inside the district of the membership: its seats go with it."""
        return self._in_its_district(super().delete_view, request, object_id, *args, **kw)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Keep the chosen schools."""
        super().save_related(request, form, formsets, change)
        if "seats" not in form.cleaned_data:
            return
        membership, chosen = form.instance, form.cleaned_data["seats"]
        seats = Seat.objects.visible_to(_EveryoneOf(membership.district_id))
        seats.filter(membership=membership).exclude(school__in=chosen).delete()
        Seat.objects.bulk_create(
            [
                Seat(district_id=membership.district_id, membership=membership, school=school)
                for school in chosen
            ],
            ignore_conflicts=True,
        )

    def response_add(
        self, request: HttpRequest, obj: Membership, post_url_continue: Any = None
    ) -> HttpResponse:
        """On to the schools, when the role needs some."""
        if not obj.sees_whole_district and "_addanother" not in request.POST:
            posted = request.POST.copy()
            posted["_continue"] = "1"
            request.POST = posted  # type: ignore[assignment]
        return super().response_add(request, obj, post_url_continue)

    def _in_its_district(
        self, view: Any, request: HttpRequest, object_id: Any, *args: Any, **kw: Any
    ) -> Any:
        membership = self.get_object(request, object_id) if object_id else None
        if membership is None:
            return view(request, object_id, *args, **kw)
        with district_scope(membership.district_id):
            response = view(request, object_id, *args, **kw)
            # Rendered late, it would ask for rows outside the scope.
            if isinstance(response, TemplateResponse):
                response.render()
        return response


@admin.register(ApiClient)
class ApiClientAdmin(AuditedAdmin):
    """The programs that read a district; `create_api_client` makes them and shows the secret."""

    list_display = ("name", "district", "created_at")
    list_filter = ("district",)
    fields = ("name", "district", "created_at")
    readonly_fields = ("district", "created_at")
    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The secret is shown once, by the command."""
        return False

    def delete_model(self, request: HttpRequest, obj: ApiClient) -> None:
        """Its credentials and their tokens end with it."""
        Client.objects.filter(api_credential__api_client=obj).delete()
        obj.delete()
