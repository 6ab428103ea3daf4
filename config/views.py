"""The pages that belong to no district: the first page, About, and what went wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def session_is_stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was sent with a token of an earlier session."""
    return render(request, "403_csrf.html", status=403)
