"""What all answers of the API share: who asks, JSON, and errors as problem documents.

Settings and the pages for errors name these. What views of the API build on, such as pages of
rows and query parameters, lies below them in `schools.api`.
"""

from config.api.authentication import CallerAuthentication
from config.api.limits import RateLimit
from config.api.parsing import JSONParser
from config.api.problems import (
    bad_request,
    forbidden,
    not_found,
    problem_response,
    server_error,
)
from config.api.rendering import JSONRenderer

__all__ = [
    "CallerAuthentication",
    "JSONParser",
    "JSONRenderer",
    "RateLimit",
    "bad_request",
    "forbidden",
    "not_found",
    "problem_response",
    "server_error",
]
