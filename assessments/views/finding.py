"""What several views begin with: the cycle that an address names."""

from uuid import UUID

from django.shortcuts import get_object_or_404

from assessments.models import Cycle
from schools.access import DistrictRequest


def cycle_of(request: DistrictRequest, cycle_id: UUID | str) -> Cycle:
    """The cycle, if the reader may see it, with all that its pages ask of its campaign.

    Raises:
        Http404: there is none, or none that the reader may know of.
    """
    rows = Cycle.objects.visible_to(request.who).with_campaign()
    found: Cycle = get_object_or_404(rows, pk=cycle_id)
    return found
