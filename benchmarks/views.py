"""What the product's pages are compared with; mounted in the benchmark's addresses only."""

from django.http import HttpResponse
from django.shortcuts import render

from schools.access import DistrictRequest


def empty_page(request: DistrictRequest, district_slug: str) -> HttpResponse:
    """A signed-in page of a district: the base template, and nothing in it."""
    return render(request, "base.html")
