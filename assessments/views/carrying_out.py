"""What views that carry out a verb share: whose page it was, and the verb's refusal."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form

from schools.access import DistrictRequest


def refuse_another_person(request: DistrictRequest) -> None:
    """A page that was opened by someone else must not put words under this person's name."""
    if request.headers.get("X-Person", str(request.user.pk)) != str(request.user.pk):
        raise PermissionDenied


def carried_out(form: Form, verb: Callable[..., Any]) -> Any:
    """What the verb gives for what the form holds; None if it cannot be, and the form says why."""
    if not form.is_valid():
        return None
    try:
        return verb(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error)
        return None
