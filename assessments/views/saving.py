"""How a view saves an answer's form, whichever page it stands on."""

from datetime import UTC, datetime

from django.core.exceptions import ValidationError

from assessments import answers
from assessments.forms import ResponseForm
from schools.access import DistrictRequest

OK, CONFLICT, UNPROCESSABLE = 200, 409, 422


def save(request: DistrictRequest, form: ResponseForm) -> int:
    """Save what was sent; the status to answer with. The form then shows what came of it."""
    if not form.is_valid():
        return UNPROCESSABLE
    try:
        form.carry_out(by=request.who, typed_at=typed_at(request))
    except ValidationError as error:
        form.refuse(error)
        return UNPROCESSABLE
    except answers.EditConflict as conflict:
        form.took_over(conflict)
        return CONFLICT
    return OK


def typed_at(request: DistrictRequest) -> datetime | None:
    """When the page says that its last word was typed: epoch milliseconds by our clock."""
    try:
        return datetime.fromtimestamp(int(request.headers.get("X-Typed-At", "")) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
