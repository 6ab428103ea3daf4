"""The pages of a district; every address begins with it."""

from django.urls import path, register_converter

from assessments.converters import (
    ContentAreaConverter,
    ContextConverter,
    LanguageConverter,
    SchoolYearConverter,
)
from assessments.views import (
    campaigns,
    choosing,
    comments,
    commitments,
    dashboard,
    drilldown,
    exports,
    following,
    history,
    meeting,
    notes,
    reading,
    replies,
    reports,
    schools,
    theme,
    themes,
    together,
    workspace,
)

register_converter(ContextConverter, "context")
register_converter(ContentAreaConverter, "content_area")
register_converter(SchoolYearConverter, "school_year")
register_converter(LanguageConverter, "language")

urlpatterns = [
    path("", dashboard.district, name="district"),
    path(
        "years/<school_year:school_year>/cells/<context:context>/<content_area:content_area>/",
        drilldown.cell,
        name="cell_across_schools",
    ),
    path(
        "years/<school_year:school_year>/part-2/<slug:question>/",
        drilldown.question,
        name="question_across_schools",
    ),
    path("together/", together.together, name="together"),
    path(
        "together/<school_year:school_year>/cells/<context:context>/<content_area:content_area>/",
        together.cell_quotes,
        name="cell_quotes",
    ),
    path(
        "together/<school_year:school_year>/part-2/<slug:question>/",
        together.question_quotes,
        name="question_quotes",
    ),
    path("schools/", schools.tracker, name="schools"),
    path("schools/<uuid:school_id>/", schools.school, name="school"),
    # What is done with the schools that were chosen there.
    path("schools/reminders/", choosing.reminders, name="school_reminders"),
    path("schools/groups/", choosing.groups, name="school_groups"),
    path("campaigns/", campaigns.campaign_list, name="campaigns"),
    path("campaigns/new/", campaigns.campaign_new, name="campaign_new"),
    path("campaigns/<uuid:campaign_id>/", campaigns.campaign, name="campaign"),
    path("campaigns/<uuid:campaign_id>/cycles/", campaigns.campaign_cycles, name="campaign_cycles"),
    path("cycles/<uuid:cycle_id>/", workspace.overview, name="cycle"),
    path("cycles/<uuid:cycle_id>/<context:context>/", workspace.section, name="section"),
    path("cycles/<uuid:cycle_id>/part-2/", workspace.part_2, name="part_2"),
    path("cycles/<uuid:cycle_id>/review/", workspace.review, name="review"),
    path(
        "cycles/<uuid:cycle_id>/cells/<context:context>/<content_area:content_area>/",
        workspace.cell,
        name="cell",
    ),
    path(
        "cycles/<uuid:cycle_id>/reflections/<slug:question>/",
        workspace.reflection,
        name="reflection",
    ),
    path("cycles/<uuid:cycle_id>/submission/", workspace.submission, name="submission"),
    path("cycles/<uuid:cycle_id>/reopenings/", workspace.reopenings, name="reopenings"),
    path("cycles/<uuid:cycle_id>/quoting/", workspace.quoting, name="quoting"),
    path("cycles/<uuid:cycle_id>/extensions/", workspace.extensions, name="extensions"),
    # What stands beside the answers: commitments and comments.
    path(
        "schools/<uuid:school_id>/commitments/", commitments.school_commitments, name="commitments"
    ),
    path(
        "cycles/<uuid:cycle_id>/cells/<context:context>/<content_area:content_area>/commitments/",
        commitments.cell_commitments,
        name="cell_commitments",
    ),
    path("commitments/<uuid:commitment_id>/", commitments.commitment, name="commitment"),
    path(
        "commitments/<uuid:commitment_id>/status/",
        commitments.commitment_status,
        name="commitment_status",
    ),
    path("cycles/<uuid:cycle_id>/comments/", comments.comments, name="comments"),
    path(
        "comments/<uuid:comment_id>/resolution/",
        comments.comment_resolution,
        name="comment_resolution",
    ),
    # A meeting, and what its members note alone.
    path("cycles/<uuid:cycle_id>/meeting/", meeting.meeting, name="meeting"),
    path("cycles/<uuid:cycle_id>/meeting/mine/", meeting.meeting_mine, name="meeting_mine"),
    path(
        "cycles/<uuid:cycle_id>/meeting/<context:context>/<content_area:content_area>/",
        meeting.meeting_cell,
        name="meeting_cell",
    ),
    path(
        "cycles/<uuid:cycle_id>/meeting/<context:context>/<content_area:content_area>/voices/",
        meeting.meeting_voices,
        name="meeting_voices",
    ),
    path(
        "cycles/<uuid:cycle_id>/meeting/<context:context>/<content_area:content_area>/now/",
        meeting.meeting_now,
        name="meeting_now",
    ),
    path(
        "cycles/<uuid:cycle_id>/cells/<context:context>/<content_area:content_area>/note/",
        notes.cell_note,
        name="cell_note",
    ),
    path(
        "cycles/<uuid:cycle_id>/reflections/<slug:question>/note/",
        notes.question_note,
        name="question_note",
    ),
    # What was written before, and what was handed in.
    path(
        "cycles/<uuid:cycle_id>/cells/<context:context>/<content_area:content_area>/revisions/",
        history.cell_revisions,
        name="cell_revisions",
    ),
    path(
        "cycles/<uuid:cycle_id>/reflections/<slug:question>/revisions/",
        history.reflection_revisions,
        name="reflection_revisions",
    ),
    path("revisions/<uuid:revision_id>/", history.revision, name="revision"),
    path("revisions/<uuid:revision_id>/restoration/", history.restoration, name="restoration"),
    path("cycles/<uuid:cycle_id>/submissions/<int:number>/", history.handed_in, name="handed_in"),
    # What follows from a year, and what a specialist has to read.
    path(
        "years/<school_year:school_year>/cells/<context:context>/<content_area:content_area>/follow-up/",
        following.follow_up,
        name="follow_up_across_schools",
    ),
    path(
        "years/<school_year:school_year>/cells/<context:context>/<content_area:content_area>/examples/",
        following.examples,
        name="examples_across_schools",
    ),
    path(
        "years/<school_year:school_year>/cells/<context:context>/<content_area:content_area>/introductions/",
        following.introductions,
        name="introductions",
    ),
    path("commitments/", following.commitments, name="commitments_across_schools"),
    path("reading/", reading.queue, name="reading"),
    path("reading/<uuid:cycle_id>/", reading.one_school, name="reading_school"),
    path("reading/<uuid:cycle_id>/mark/", reading.mark, name="reading_mark"),
    # What schools have in common, and what the district answers.
    path("themes/", themes.theme_list, name="themes"),
    path("themes/new/", themes.theme_new, name="theme_new"),
    path("themes/merging/", themes.theme_merging, name="theme_merging"),
    path("themes/looks/", themes.theme_looks, name="theme_looks"),
    path("themes/nothing-said/", replies.nothing_said, name="nothing_said"),
    path("themes/<uuid:theme_id>/", theme.theme, name="theme"),
    path("themes/<uuid:theme_id>/status/", themes.theme_status, name="theme_status"),
    path("themes/<uuid:theme_id>/name/", themes.theme_name, name="theme_name"),
    path("themes/<uuid:theme_id>/excerpts/", theme.theme_excerpts, name="theme_excerpts"),
    path("themes/<uuid:theme_id>/parts/", theme.theme_parts, name="theme_parts"),
    path("themes/<uuid:theme_id>/replies/", theme.theme_reply, name="theme_reply"),
    path("excerpts/<uuid:excerpt_id>/removal/", theme.excerpt_removal, name="excerpt_removal"),
    path("schools/<uuid:school_id>/replies/", replies.school_replies, name="school_replies"),
    path("replies/<uuid:reply_id>/reading/", replies.reply_reading, name="reply_reading"),
    # To take along
    # To take along: of the whole district …
    path("exports/", exports.exports, name="exports"),
    path("exports/<uuid:export_id>/file/", exports.export_file, name="export_file"),
    # … and of one school.
    path("cycles/<uuid:cycle_id>/report.pdf", reports.report, name="report"),
    path(
        "cycles/<uuid:cycle_id>/submissions/<int:number>/report.pdf",
        reports.submission_report,
        name="submission_report",
    ),
    path(
        "cycles/<uuid:cycle_id>/worksheet/<language:language>.pdf",
        reports.worksheet,
        name="worksheet",
    ),
]
