"""What of a district's API is about the work; every address begins with the district's."""

from django.urls import path

from assessments.api import (
    campaigns,
    changes,
    comments,
    commitments,
    cycles,
    dashboards,
    exports,
    handover,
    responses,
    submissions,
    themes,
)

urlpatterns = [
    path("campaigns/", campaigns.CampaignList.as_view(), name="api-campaigns"),
    path("campaigns/<uuid:campaign_id>/", campaigns.CampaignDetail.as_view(), name="api-campaign"),
    path("cycles/", cycles.CycleList.as_view(), name="api-cycles"),
    path("cycles/<uuid:cycle_id>/", cycles.CycleDetail.as_view(), name="api-cycle"),
    path(
        "cycles/<uuid:cycle_id>/submission/",
        handover.CycleSubmission.as_view(),
        name="api-cycle-submission",
    ),
    path(
        "cycles/<uuid:cycle_id>/reopenings/",
        handover.CycleReopenings.as_view(),
        name="api-cycle-reopenings",
    ),
    path("cells/<uuid:cell_id>/", responses.CellDetail.as_view(), name="api-cell"),
    path(
        "reflections/<uuid:reflection_id>/",
        responses.ReflectionDetail.as_view(),
        name="api-reflection",
    ),
    path("cells/", responses.CellList.as_view(), name="api-cells"),
    path("reflections/", responses.ReflectionList.as_view(), name="api-reflections"),
    path("changes/", changes.ChangeList.as_view(), name="api-changes"),
    path("submissions/", submissions.SubmissionList.as_view(), name="api-submissions"),
    path(
        "submissions/<uuid:submission_id>/",
        submissions.SubmissionDetail.as_view(),
        name="api-submission",
    ),
    path("commitments/", commitments.CommitmentList.as_view(), name="api-commitments"),
    path(
        "commitments/<uuid:commitment_id>/",
        commitments.CommitmentDetail.as_view(),
        name="api-commitment",
    ),
    path("comments/", comments.CommentList.as_view(), name="api-comments"),
    path("comments/<uuid:comment_id>/", comments.CommentDetail.as_view(), name="api-comment"),
    path("themes/", themes.ThemeList.as_view(), name="api-themes"),
    path("themes/<uuid:theme_id>/", themes.ThemeDetail.as_view(), name="api-theme"),
    path("themes/<uuid:theme_id>/excerpts/", themes.ExcerptList.as_view(), name="api-excerpts"),
    path("exports/", exports.ExportList.as_view(), name="api-exports"),
    path("exports/<uuid:export_id>/", exports.ExportDetail.as_view(), name="api-export"),
    path("exports/<uuid:export_id>/file/", exports.ExportFile.as_view(), name="api-export-file"),
    path(
        "exports/<slug:kind>.<slug:file_format>",
        exports.ExportedRows.as_view(),
        name="api-exported-rows",
    ),
    path(
        "dashboards/<int:school_year>/", dashboards.DashboardDetail.as_view(), name="api-dashboard"
    ),
]
