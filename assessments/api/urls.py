"""What of a district's API is about the work; every address begins with the district's."""

from django.urls import path

from assessments.api import campaigns, changes, cycles, dashboards, responses, submissions

urlpatterns = [
    path("campaigns/", campaigns.CampaignList.as_view(), name="api-campaigns"),
    path("campaigns/<uuid:campaign_id>/", campaigns.CampaignDetail.as_view(), name="api-campaign"),
    path("cycles/", cycles.CycleList.as_view(), name="api-cycles"),
    path("cycles/<uuid:cycle_id>/", cycles.CycleDetail.as_view(), name="api-cycle"),
    path("cells/", responses.CellList.as_view(), name="api-cells"),
    path("reflections/", responses.ReflectionList.as_view(), name="api-reflections"),
    path("changes/", changes.ChangeList.as_view(), name="api-changes"),
    path("submissions/", submissions.SubmissionList.as_view(), name="api-submissions"),
    path(
        "dashboards/<int:school_year>/", dashboards.DashboardDetail.as_view(), name="api-dashboard"
    ),
]
