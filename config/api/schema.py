"""What the OpenAPI document says about all operations at once."""

import re
from typing import Any, Final

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.renderers import SafeDumper

from config.api.authentication import CallerAuthentication
from schools.models import Scope

# PyYAML writes by YAML 1.1, to which 010000500870 is a text and needs no quotes. Whoever reads the
# document by YAML 1.2 would make a number of it: what either takes for one is quoted.
_NUMBER_OF_1_2: Final = re.compile(
    r"[-+]?(0o[0-7]+|(\.[0-9]+|[0-9]+(\.[0-9]*)?)(e[-+]?[0-9]+)?)$", re.I
)
SafeDumper.add_implicit_resolver("tag:yaml.org,2002:float", _NUMBER_OF_1_2, list("-+.0123456789"))


class CallerScheme(OpenApiAuthenticationExtension):
    """Three ways to say who asks, any of which will do."""

    target_class = CallerAuthentication
    name = ("clientCredentials", "bearerKey", "signedIn")  # type: ignore[assignment]

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """One of the three; a token needs the scope that the view asks for."""
        scope_of = getattr(auto_schema.view, "scope_of", None)
        scope = scope_of(auto_schema.method) if scope_of else None
        return [
            {"clientCredentials": [str(scope)] if scope else []},
            {"bearerKey": []},
            {"signedIn": []},
        ]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        """What each of the three is."""
        return [
            {
                "type": "oauth2",
                "description": "A token for one hour, from a client's id and secret.",
                "flows": {
                    "clientCredentials": {
                        "tokenUrl": "/api/v1/token/",
                        "scopes": {scope.value: str(scope.label) for scope in Scope},
                    }
                },
            },
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A long-lived key, for tools that cannot fetch a token.",
            },
            {
                "type": "apiKey",
                "in": "cookie",
                "name": "sessionid",
                "description": "A person who is signed in, with their own rights.",
            },
        ]
