"""Three other ways to answer an API request; mounted in the benchmark's addresses only."""

from typing import Any, ClassVar

from django.db import connection
from django.db.models import Prefetch
from django.http import HttpResponse
from rest_framework import generics, renderers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from assessments.models import Cell, Commitment, Cycle, Reflection
from schools.api.parameters import by_time
from schools.api.resources import DistrictView
from schools.models import District
from schools.permissions import Action

PAGE = 100
_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
_CYCLES = f"""
    SELECT coalesce(json_agg(shown ORDER BY position), '[]')::text FROM (
        SELECT cycle.id, cycle.school_id AS school, school.nces_schid AS school_nces_schid,
            school.name AS school_name, cycle.campaign_id AS campaign, cycle.school_year,
            cycle.status, cycle.status <> 'submitted'
              AND greatest(campaign.due_on, cycle.extended_to) < %(today)s AS is_late,
            cycle.quoting, cycle.extended_to, {_TIME.format("cycle.started_at")} AS started_at,
            {_TIME.format("cycle.submitted_at")} AS submitted_at,
            {_TIME.format("cycle.updated_at")} AS updated_at, cells, reflections, commitments,
            row_number() OVER (ORDER BY cycle.updated_at, cycle.id) AS position
        FROM (
            SELECT * FROM assessments_cycle
            WHERE district_id = %(district)s AND updated_at >= %(since)s
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
                'reach', nullif(reach, ''), 'offer', nullif(offer, ''),
                'disposition', nullif(disposition, ''), 'disposition_why', disposition_why,
                'minority_view', minority_view, 'version', version,
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
        CROSS JOIN LATERAL (
            SELECT coalesce(json_agg(json_build_object('id', id,
                'code', context || '.' || content_area, 'context', context,
                'content_area', content_area, 'what', what, 'who', who, 'due_on', due_on,
                'status', status, 'settled_on', settled_on, 'version', version,
                'made_at', {_TIME.format("made_at")}, 'updated_at', {_TIME.format("updated_at")})
                ORDER BY due_on, made_at, id), '[]') AS commitments
            FROM assessments_commitment made
            WHERE made.district_id = cycle.district_id AND made.school_id = cycle.school_id
              AND made.school_year = cycle.school_year
        ) m
    ) shown
"""


class PassedThrough(DistrictView):
    """The first page of cycles, as PostgreSQL itself makes JSON of it."""

    action = Action.READ_CYCLES
    parameters: ClassVar = (by_time("updated_after", "From then on.", lookup="updated_at__gte"),)

    def get(self, request: Request, **_route: Any) -> HttpResponse:
        """What the database wrote, untouched."""
        district: District = request.district  # type: ignore[attr-defined]
        values: dict[str, Any] = {
            "district": district.pk,
            "today": district.today(),
            "since": self.query.get("updated_after", "-infinity"),
        }
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


class CommitmentSerializer(serializers.ModelSerializer):
    """A commitment, the plain way."""

    class Meta:
        model = Commitment
        fields = (
            *("id", "code", "context", "content_area", "what", "who", "due_on", "status"),
            *("settled_on", "version", "made_at", "updated_at"),
        )


class CycleSerializer(serializers.ModelSerializer):
    """A cycle with its parts, the plain way."""

    school_nces_schid = serializers.CharField(source="school.nces_schid")
    school_name = serializers.CharField(source="school.name")
    cells = CellSerializer(many=True)
    reflections = ReflectionSerializer(many=True)
    commitments = serializers.SerializerMethodField()

    class Meta:
        model = Cycle
        fields = (
            *("id", "school", "school_nces_schid", "school_name", "campaign", "school_year"),
            *("status", "is_late", "quoting", "extended_to"),
            *("started_at", "submitted_at", "updated_at", "cells", "reflections", "commitments"),
        )

    def get_commitments(self, cycle: Cycle) -> Any:
        """Those made in its cells."""
        made = [each for cell in cycle.cells.all() for each in cell.commitments.all()]
        made.sort(key=lambda each: (each.due_on, each.made_at, each.pk))
        return CommitmentSerializer(made, many=True).data


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
            .prefetch_related(
                Prefetch("cells", Cell.objects.in_order()), "cells__commitments", "reflections"
            )
            .order_by("updated_at", "id")[:PAGE]
        )
        return Response({"results": self.get_serializer(cycles, many=True).data})


class Nothing(DistrictView):
    """An answer without anything in it."""

    action = Action.READ_CYCLES

    def get(self, request: Request, **_route: Any) -> Response:
        """Nothing."""
        return Response({})
