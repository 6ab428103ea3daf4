"""What became of a load, in an operator's words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, Final

from django.utils.translation import gettext as _

from schools.models import School
from schools.rosters.apply import Loaded
from schools.rosters.csv_table import ENCODINGS
from schools.rosters.nces import DistrictRecord, Refusal, SchoolRecord
from schools.rosters.nces_cells import Status
from schools.rosters.nces_files import DistrictFile, SchoolFile
from schools.rosters.plan import Change, RosterPlan

_SHOWN: Final = 10
"""So many changes and absences of a district are told one by one; verbosity 2 tells all."""


class Report:
    """Tells of each district when it is done, and sums up."""

    def __init__(self, *, in_full: bool = False) -> None:
        """Tell every single change, or the first few of each district."""
        self._shown = None if in_full else _SHOWN
        self._districts: Counter[str] = Counter()
        self._schools: Counter[str] = Counter()

    def loaded(
        self, record: DistrictRecord, loaded: Loaded, refusals: Sequence[Refusal]
    ) -> Iterator[str]:
        """A district that was loaded, and what was done about its schools."""
        self._districts["created" if loaded.plan.is_new else "known"] += 1
        counts = _counts(loaded.schools, refusals)
        self._schools += counts
        yield from _about_district(record, loaded)
        yield "  " + _school_counts(counts)
        yield from _about_inactive(loaded.schools)
        yield from _shortened(_about_changes(loaded.schools), self._shown)
        yield from _shortened(_about_absent(loaded.schools), self._shown)
        yield from (f"  {_about_refusal(refusal)}" for refusal in refusals)
        yield from _about_remarks(loaded.schools)

    def left_out(self, record: DistrictRecord, *, schools: int) -> Iterator[str]:
        """A district that does not work now and was never here, and so many schools with it."""
        self._districts["left_out"] += 1
        self._schools["left_out"] += schools
        yield _("%(district)s, line %(line)d: left out, %(why)s. Schools: %(schools)d.") % {
            "district": _title(record),
            "line": record.line,
            "why": _why_not_open(record.status),
            "schools": schools,
        }

    def refused(self, record: DistrictRecord, reason: str, *, schools: int) -> Iterator[str]:
        """A district that could be read and not be loaded, nor so many schools with it."""
        self._districts["refused"] += 1
        self._schools["refused"] += schools
        yield _("%(district)s, line %(line)d: refused. %(why)s Schools: %(schools)d.") % {
            "district": _title(record),
            "line": record.line,
            "why": reason,
            "schools": schools,
        }

    def unread(self, districts: DistrictFile, schools: SchoolFile) -> Iterator[str]:
        """What was read of the files as a whole, and what could not be put to any district."""
        yield from _about_file(districts)
        yield from _about_file(schools)
        nowhere = schools.refusals.get("", [])
        self._districts["refused"] += len(districts.refusals)
        self._schools["refused"] += len(nowhere)
        for file, refusals in ((districts, districts.refusals), (schools, nowhere)):
            for refusal in refusals:
                yield f"{file.path}: {_about_refusal(refusal)}"

    def of_other_districts(self, schools: SchoolFile) -> Iterator[str]:
        """Schools whose district was not read: when all were asked for, something is amiss."""
        counts = sorted(schools.of_other_districts.items())
        self._schools["left_out"] += sum(count for _leaid, count in counts)
        if counts:
            yield _("Left out, for their district was not read (how many schools): %(list)s.") % {
                "list": ", ".join(f"{leaid} ({count})" for leaid, count in counts)
            }

    def totals(self) -> Iterator[str]:
        """The sums over all districts."""
        yield _(
            "Districts: %(created)d created, %(known)d there already, %(left_out)d left out,"
            " %(refused)d refused."
        ) % _all_of(self._districts, "created", "known", "left_out", "refused")
        yield _school_counts(self._schools)


def _about_file(file: DistrictFile | SchoolFile) -> Iterator[str]:
    if file.encoding != ENCODINGS[0]:
        yield _("%(file)s is not UTF-8; it was read as Latin-1.") % {"file": file.path}
    if file.regained_zeros:
        yield _(
            "%(file)s: ids that had lost their leading zero, as they do in a spreadsheet, and have"
            " it back: %(count)d."
        ) % {"file": file.path, "count": file.regained_zeros}


def _counts(plan: RosterPlan, refusals: Sequence[Refusal]) -> Counter[str]:
    return Counter(
        created=len(plan.create),
        changed=len(plan.change),
        unchanged=len(plan.unchanged),
        inactive=len(plan.make_inactive),
        left_out=len(plan.left_out),
        refused=len(refusals),
        absent=len(plan.not_in_file),
    )


def _school_counts(counts: Counter[str]) -> str:
    names = ("created", "changed", "unchanged", "inactive", "left_out", "refused", "absent")
    return _(
        "Schools: %(created)d created, %(changed)d changed, %(unchanged)d unchanged,"
        " %(inactive)d made inactive, %(left_out)d left out, %(refused)d refused,"
        " %(absent)d not in the file."
    ) % _all_of(counts, *names)


def _all_of(counts: Counter[str], *names: str) -> dict[str, int]:
    return {name: counts[name] for name in names}


def _title(record: DistrictRecord) -> str:
    return f"{record.name} ({record.leaid})"


def _about_district(record: DistrictRecord, loaded: Loaded) -> Iterator[str]:
    district, plan = loaded.district, loaded.plan
    facts = {
        "district": _title(record),
        "slug": district.slug,
        "zone": district.time_zone,
        "state": district.state,
    }
    if plan.guesses_time_zone:
        yield (
            _(
                "%(district)s: created, address %(slug)s, time zone %(zone)s (the usual"
                " one in %(state)s; --time-zone names another)."
            )
            % facts
        )
    elif plan.is_new:
        yield _("%(district)s: created, address %(slug)s, time zone %(zone)s.") % facts
    elif "time_zone" in plan.values:
        yield _("%(district)s: there already, address %(slug)s, time zone now %(zone)s.") % facts
    else:
        yield _("%(district)s: there already, address %(slug)s.") % facts
    if district.name != record.name:
        yield "  " + _("Here it is named %(name)s, and keeps that name.") % {"name": district.name}
    if record.status is not Status.OPEN:
        yield "  " + _("Mind: %(why)s.") % {"why": _why_not_open(record.status)}


def _about_inactive(plan: RosterPlan) -> Iterator[str]:
    for change in plan.make_inactive:
        why = _why_not_open(change.record.status)
        yield _line(_("made inactive, %(what)s"), change.record, what=why)
    for record in plan.left_out:
        yield _line(_("left out, %(what)s"), record, what=_why_not_open(record.status))


def _about_changes(plan: RosterPlan) -> Iterator[str]:
    for change in plan.change:
        yield _line(_("changed: %(what)s"), change.record, what=_differences(change))


def _about_absent(plan: RosterPlan) -> Iterator[str]:
    for row in plan.not_in_file:
        yield "  " + _("Not in the file, left as it is: %(school)s") % {
            "school": f"{row.nces_schid or ''} {row.name}".strip()
        }


def _about_remarks(plan: RosterPlan) -> Iterator[str]:
    records = [*(new.record for new in plan.create), *(old.record for old in plan.change)]
    for record in records:
        for remark in record.remarks:
            yield _line(_("note: %(what)s"), record, what=remark)


def _about_refusal(refusal: Refusal) -> str:
    school = f"{refusal.nces_id} {refusal.name}".strip()
    place = _("Line %(line)d: %(id)s") if school else _("Line %(line)d")
    refused = _("refused, %(what)s") % {"what": refusal.reason}
    return f"{place % {'line': refusal.line, 'id': school}}: {refused}"


def _line(sentence: str, record: SchoolRecord, *, what: str) -> str:
    place = _("Line %(line)d: %(id)s %(name)s") % {
        "line": record.line,
        "id": record.schid,
        "name": record.name,
    }
    return f"  {place}: {sentence % {'what': what}}"


def _differences(change: Change) -> str:
    return ", ".join(
        _("%(field)s %(before)s → %(after)s")
        % {
            "field": School._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
            "before": _word_for(change.before[name]),
            "after": _word_for(after),
        }
        for name, after in change.values.items()
    )


def _word_for(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("not known") if value in ("", None) else str(value)


def _why_not_open(status: Status) -> str:
    if status is Status.FUTURE:
        return _("it has not opened yet")
    return _("it is closed for a time") if status is Status.INACTIVE else _("it has closed")


def _shortened(lines: Iterator[str], shown: int | None) -> Iterator[str]:
    yield from islice(lines, shown)
    if rest := sum(1 for _rest in lines):
        yield "  " + _("… and %(count)d more like these; --verbosity 2 lists them.") % {
            "count": rest
        }
