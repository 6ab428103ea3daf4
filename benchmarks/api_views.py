"""Three other ways to answer an API request; mounted in the benchmark's addresses only."""

from typing import Any

from django.db import connection
from django.db.models import Prefetch
from django.http import HttpResponse
from rest_framework import generics, renderers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.models import Cell, Cycle, Reflection
from schools.api.resources import DistrictView
from schools.models import District
from schools.permissions import Action

PAGE = 100
_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_CYCLES = f"""
    SELECT coalesce(json_agg(shown ORDER BY position), '[]')::text FROM (
        SELECT cycle.id, cycle.school_id AS school, school.nces_schid AS school_nces_schid,
            school.name AS school_name, cycle.campaign_id AS campaign, cycle.school_year,
            cycle.status, campaign.due_on < %(today)s AND cycle.status <> 'submitted' AS is_late,
            cycle.quoting, {_TIME.format("cycle.started_at")} AS started_at,
            {_TIME.format("cycle.submitted_at")} AS submitted_at,
            {_TIME.format("cycle.updated_at")} AS updated_at, cells, reflections,
            row_number() OVER (ORDER BY cycle.updated_at, cycle.id) AS position
        FROM (
            SELECT * FROM assessments_cycle WHERE district_id = %(district)s
            ORDER BY updated_at, id LIMIT {PAGE}
        ) cycle
        JOIN schools_school school
          ON school.district_id = cycle.district_id AND school.id = cycle.school_id
        JOIN assessments_campaign campaign
          ON campaign.district_id = cycle.district_id AND campaign.id = cycle.campaign_id
        CROSS JOIN LATERAL (
            SELECT json_agg(json_build_object('code', context || '.' || content_area,
                'context', context, 'content_area', content_area, 'opportunities', opportunities,
                'improvements', improvements, 'opportunity_level', opportunity_level,
                'reach', nullif(reach, ''), 'offer', nullif(offer, ''), 'version', version,
                'is_answered', is_answered, 'updated_at', {_TIME.format("updated_at")})
                ORDER BY context, content_area) AS cells  -- the tool's order is the alphabet's
            FROM assessments_cell cell
            WHERE cell.district_id = cycle.district_id AND cell.cycle_id = cycle.id
        ) c
        CROSS JOIN LATERAL (
            SELECT json_agg(json_build_object('question', question, 'text', text,
                'answer', answer, 'version', version, 'is_answered', is_answered,
                'updated_at', {_TIME.format("updated_at")}) ORDER BY position) AS reflections
            FROM assessments_reflection reflection
            WHERE reflection.district_id = cycle.district_id AND reflection.cycle_id = cycle.id
        ) r
    ) shown
"""


class PassedThrough(DistrictView):
    """The first page of cycles, as PostgreSQL itself makes JSON of it."""

    action = Action.READ_CYCLES

    def get(self, request: Request, **_route: Any) -> HttpResponse:
        """What the database wrote, untouched."""
        district: District = request.district  # type: ignore[attr-defined]
        values: dict[str, Any] = {"district": district.pk, "today": district.today()}
        with connection.cursor() as cursor:
            cursor.execute(_CYCLES, values)
            (results,) = cursor.fetchone()
        return HttpResponse(f'{{"results":{results}}}', content_type="application/json")


class CellSerializer(serializers.ModelSerializer):
    """A cell, the plain way."""

    class Meta:
        model = Cell
        fields = (
            *("code", "context", "content_area", *Cell.CONTENT),
            *("version", "is_answered", "updated_at"),
        )


class ReflectionSerializer(serializers.ModelSerializer):
    """A reflection, the plain way."""

    class Meta:
        model = Reflection
        fields = ("question", *Reflection.CONTENT, "version", "is_answered", "updated_at")


class CycleSerializer(serializers.ModelSerializer):
    """A cycle with its parts, the plain way."""

    school_nces_schid = serializers.CharField(source="school.nces_schid")
    school_name = serializers.CharField(source="school.name")
    cells = CellSerializer(many=True)
    reflections = ReflectionSerializer(many=True)

    class Meta:
        model = Cycle
        fields = (
            *("id", "school", "school_nces_schid", "school_name", "campaign", "school_year"),
            *("status", "is_late", "quoting", "started_at", "submitted_at", "updated_at"),
            *("cells", "reflections"),
        )


class Serialized(generics.ListAPIView):
    """The first page of cycles, as REST framework's documentation would write it."""

    serializer_class = CycleSerializer
    renderer_classes = (renderers.JSONRenderer,)

    def list(self, request: Request, *_args: Any, **_route: Any) -> Response:
        """The page, without a count."""
        caller: Any = request.user
        cycles = (
            Cycle.objects.visible_to(caller.who)
            .select_related("school", "campaign__district")
            .prefetch_related(Prefetch("cells", Cell.objects.in_order()), "reflections")
            .order_by("updated_at", "id")[:PAGE]
        )
        return Response({"results": self.get_serializer(cycles, many=True).data})


class Nothing(DistrictView):
    """An answer without anything in it."""

    action = Action.READ_CYCLES

    def get(self, request: Request, **_route: Any) -> Response:
        """Nothing."""
        return Response({})
