import random
import resource
import time

import pytest
from django.utils import timezone

from assessments import themes
from assessments.dashboards import looking
from assessments.dashboards.codebook import codebook_of, quotable_themes, years_of
from assessments.models import *
from benchmarks.themes import _reflections
from schools.models import Role, School
from schools.tenancy import district_scope
from tests.assessments.views.browsing import Browser
from tests.factories import make_campaign, make_district, seat

pytestmark = pytest.mark.django_db(transaction=True)
Q = ("moved", "balance", "attention", "connection", "missed", "conditions", "focus")


def test_scale():
    d = make_district()
    camp = make_campaign(d)
    sam = seat(d, Role.SPECIALIST)
    by = seat(d, Role.SPECIALIST)
    ch = random.Random(1)
    gen = _reflections(ch, False)
    now = timezone.now()
    with district_scope(d.pk):
        ss = School.objects.bulk_create([School(district=d, name=f"S{n}") for n in range(1600)])
        cs = Cycle.objects.bulk_create(
            [
                Cycle(
                    district=d,
                    campaign=camp,
                    school=s,
                    school_year=camp.school_year,
                    status="submitted",
                    submitted_at=now,
                    updated_at=now,
                )
                for s in ss
            ]
        )
        Submission.objects.bulk_create(
            [
                Submission(
                    district=d,
                    cycle=c,
                    number=1,
                    quoting="named",
                    submitted_at=now,
                    submitted_by=by.user,
                    content={
                        "cells": {f"c{n}": {"opportunities": "x" * 800} for n in range(9)},
                        "reflections": {q: {"text": next(gen), "answer": {}} for q in Q},
                    },
                )
                for c in cs
            ],
            batch_size=200,
        )
        ThemeMark.objects.create(district=d, school_year=camp.school_year, was_asked_for=True)

    def t(name, f, n=1):
        a = time.perf_counter()
        r = f()
        print(
            f"{name}: {time.perf_counter() - a:.2f}s rss {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}MB"
        )
        return r

    orig = looking._begin, looking._found, looking.keep_findings
    looking._begin = lambda *a: t("begin", lambda: orig[0](*a))
    looking._found = lambda x: t("found", lambda: orig[1](x))
    looking.keep_findings = lambda *a, **k: t("keep", lambda: orig[2](*a, **k))
    import assessments.dashboards.suggesting as sg

    K = sg._Keeping
    for nm in ("_add", "let_go_of_what_was_handed_in_anew", "_there", "_cycles", "forget_the_rest"):

        def w(nm=nm, o=getattr(K, nm)):
            def f(*a):
                x = time.perf_counter()
                r = o(*a)
                TOT[nm] = TOT.get(nm, 0) + time.perf_counter() - x
                return r

            return f

        setattr(K, nm, w())
    TOT = {}
    t("look 1", lambda: looking.look_for_themes(d.pk, camp.school_year, "reflections"))
    with district_scope(d.pk):
        print(TOT)
        print(Theme.objects.count(), Excerpt.objects.count())
        for th in Theme.objects.all()[:20]:
            themes.accept_theme(th, by=sam, version=1)
        for _ in range(3):
            cb = t("codebook", lambda: codebook_of(sam, camp.school_year))
        t("samples", lambda: codebook_of(sam, camp.school_year, samples=2))
        t("by question", lambda: codebook_of(sam, camp.school_year, code="balance"))
        t("years", lambda: years_of(sam, cb.accepted[0].theme))
        t("quotable", lambda: quotable_themes(d.pk, camp.school_year))
        ThemeMark.objects.create(district=d, school_year=camp.school_year, was_asked_for=True)
    b = Browser(sam)
    t("list page", lambda: b.get("themes"))
    t("theme page", lambda: b.get("theme", theme_id=cb.accepted[0].theme.pk))
    t("texts page", lambda: b.get("theme_excerpts", theme_id=cb.accepted[0].theme.pk))
    t("look 2", lambda: looking.look_for_themes(d.pk, camp.school_year, "reflections"))
    print(TOT)
