"""What the OpenAPI document says about an operation: one decorator a view."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_view,
    inline_serializer,
)
from rest_framework import serializers

from schools.api import shapes
from schools.api.parameters import Parameter
from schools.api.resources import DistrictView, ListView
from schools.models import LONGEST_KEY

View = TypeVar("View", bound=type[DistrictView])
Shape = type[serializers.Serializer]

_PROBLEMS = {
    400: "It is not understood: a parameter is unknown, repeated or malformed, a header is, or "
    "what was sent is no JSON.",
    401: "No token was sent, or one that is unknown, expired or revoked.",
    403: "The role of this person, or the scopes of this token, do not allow it.",
    404: "There is nothing here for this caller. What others can see looks the same.",
    406: "Something else than JSON was asked for.",
    429: "Too many requests; `Retry-After` says in how many seconds to come back.",
}
_FURTHER = {415: "Something else than JSON was sent."}
_WRITING = {
    409: "It cannot be done as things stand: the cycle is submitted, the campaign is closed, ...",
    411: "It was sent in pieces (chunked), without a length.",
    413: "More than 2 MiB were sent.",
    422: "What was sent cannot be taken: `errors` says which field and why. Or the "
    "`Idempotency-Key` came with another request.",
}
_CHANGING = {
    412: "Someone else saved first. Nothing was overwritten; `current` is what stands there now.",
    428: "`If-Match` is missing.",
}
_ANSWER = "What was asked for."
_DONE = "It is done."
_DISTRICT = OpenApiParameter(
    "district_slug", str, OpenApiParameter.PATH, description="The district's name in addresses."
)
_NEW_VERSION = OpenApiParameter(
    "ETag",
    str,
    OpenApiParameter.HEADER,
    response=[200, 304],
    description="The version of this answer. Send it back as `If-None-Match`.",
)
_HELD_VERSION = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="The `ETag` of the answer that you hold: 304 and no body if it still stands.",
)
_CHANGED_VERSION = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": r'^(\*|(W/)?"[^"]*"(, *(W/)?"[^"]*")*)$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The `ETag` of what you read and now change: 412 if it has changed since. "
    "`*` changes whatever stands there.",
)
_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    OpenApiParameter.HEADER,
    description="A text of your own, such as a UUID, new for each thing to do. Sent again within "
    "a day with the same request, it is answered as the first time, and not done again.",
)
_LINK = OpenApiParameter(
    "Link",
    str,
    OpenApiParameter.HEADER,
    response=[200],
    description="The addresses of the next and the previous page, as RFC 8288 writes them.",
)


def documented(
    operation_id: str,
    summary: str,
    description: str,
    *,
    tag: str,
    answers: Shape,
    path: Sequence[OpenApiParameter] = (),
    problems: Mapping[int, str] | None = None,
) -> Callable[[View], View]:
    """Say what `GET` on a view does. A list answers with pages of the shape.

    `problems` are those that no other address has, by status.
    """

    def document(view: View) -> View:
        is_list = issubclass(view, ListView)
        parameters = [_DISTRICT, *path, *map(_asked, view.understood())]
        parameters += [_LINK] if is_list else []
        parameters += [_HELD_VERSION, _NEW_VERSION]
        schema = extend_schema(
            operation_id=operation_id,
            tags=[tag],
            summary=summary,
            description=description,
            parameters=parameters,
            responses=_responses(_page_of(answers) if is_list else answers)
            | _refusals(problems or {}),
        )
        return extend_schema_view(get=schema)(view)

    return document


def asked_with(*parameters: Parameter) -> list[OpenApiParameter]:
    """The district in the address, and what stands behind its question mark."""
    return [_DISTRICT, *map(_asked, parameters)]


def problems(*further: int) -> dict[Any, OpenApiResponse]:
    """The ways in which any operation can fail, and further ones."""
    return _refusals({**_PROBLEMS, **{status: _FURTHER[status] for status in further}})


def path_id(name: str, description: str) -> OpenApiParameter:
    """An id in the address."""
    return OpenApiParameter(
        name, {"type": "string", "format": "uuid"}, OpenApiParameter.PATH, description=description
    )


def _asked(parameter: Parameter) -> OpenApiParameter:
    return OpenApiParameter(
        parameter.name,
        parameter.schema,
        OpenApiParameter.QUERY,
        description=parameter.description,
        explode=parameter.explode,
    )


def _responses(answers: Any) -> dict[Any, OpenApiResponse]:
    responses: dict[Any, OpenApiResponse] = {
        200: OpenApiResponse(answers, _ANSWER),
        304: OpenApiResponse(description="What you hold still stands."),
    }
    return responses | _refusals(_PROBLEMS)


def _refusals(problems: Mapping[int, str]) -> dict[Any, OpenApiResponse]:
    return {
        (status, "application/problem+json"): OpenApiResponse(shapes.Problem, description)
        for status, description in problems.items()
    }


def _page_of(shape: Shape) -> serializers.Serializer:
    fields = {
        "next": serializers.URLField(
            allow_null=True, help_text="The next page; null on the last one."
        ),
        "previous": serializers.URLField(
            allow_null=True, help_text="The page before; null on the first one."
        ),
        "results": shape(many=True, help_text="The rows, those changed longest ago first."),
    }
    return inline_serializer(f"{shape.__name__}Page", fields)


def writes(
    method: str,
    operation_id: str,
    summary: str,
    description: str,
    *,
    tag: str,
    answers: tuple[int, Shape | None],
    sent: Shape | None = None,
    path: Sequence[OpenApiParameter] = (),
) -> Callable[[View], View]:
    """Say what another method than `GET` does on a view: what is sent, and what comes back.

    What exists is changed by who says which version they hold; what is new needs no version.
    """
    status, shape = answers
    responses: dict[Any, OpenApiResponse] = {status: OpenApiResponse(shape, _DONE)}
    problems = {**_PROBLEMS, **_WRITING, **({415: _FURTHER[415]} if sent else {})}
    parameters = [_DISTRICT, *path, _KEY]
    if method != "post":
        parameters.append(_CHANGED_VERSION)
        problems |= _CHANGING
    schema = extend_schema(
        operation_id=operation_id,
        tags=[tag],
        summary=summary,
        description=description,
        parameters=parameters,
        request=sent,
        responses=responses | _refusals(problems),
    )
    return lambda view: extend_schema_view(**{method: schema})(view)
