"""Every change to a campaign. Nothing else writes its fields."""

from datetime import date, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments import announcements, permissions
from assessments.blank_cycles import start_cycles
from assessments.models import Campaign, DirtyMark, InstrumentVersion
from schools import audit
from schools.models import District, Membership, School
from schools.text import clean_text


def open_campaign(
    *,
    by: Membership,
    instrument_version: InstrumentVersion,
    school_year: int,
    opens_on: date,
    due_on: date,
    closes_on: date,
    message: str = "",
    **asks: bool,
) -> Campaign:
    """Launch the year: the campaign, and a cycle for every active school.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: the dates are out of order, or the year has a campaign already.
    """
    if not permissions.can_manage_campaigns(by):
        raise PermissionDenied
    _check_dates(by.district, school_year, opens_on, due_on, closes_on)
    campaign = Campaign(
        district=by.district,
        instrument_version=instrument_version,
        school_year=school_year,
        opens_on=opens_on,
        due_on=due_on,
        closes_on=closes_on,
        message=clean_text(message),
        **asks,
    )
    try:
        with transaction.atomic():
            campaign.save(force_insert=True)
    except IntegrityError as error:
        if "one_campaign_per_school_year" not in str(error):
            raise
        raise _year_is_taken(campaign) from error
    if not start_cycles(campaign, School.objects.filter(district=by.district).active()):
        # A district without schools yet has figures, too: that there are none.
        DirtyMark.objects.create(district=by.district, school_year=school_year)
    announcements.campaign_opened(campaign)
    audit.record(audit.Event.CAMPAIGN_OPENED, by=by, about=campaign, details=_dates(campaign))
    return campaign


@transaction.atomic
def change_campaign(
    campaign: Campaign, *, by: Membership, due_on: date, closes_on: date, message: str
) -> Campaign:
    """Move the dates that lie ahead, and say something else to the schools.

    When it opened, with which wording and with what it asks stays: schools have written to it.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: the dates are out of order or over, or it closed in an earlier year.
    """
    if not permissions.can_manage_campaigns(by):
        raise PermissionDenied
    campaign = (
        Campaign.objects.select_for_update(of=["self"])
        .select_related("district")
        .get(pk=campaign.pk)
    )
    _check_dates(by.district, campaign.school_year, campaign.opens_on, due_on, closes_on)
    _check_can_move(campaign, due_on=due_on, closes_on=closes_on)
    campaign.due_on, campaign.closes_on = due_on, closes_on
    campaign.message = clean_text(message)
    campaign.save(update_fields=["due_on", "closes_on", "message", "updated_at"])
    DirtyMark.objects.create(district_id=campaign.district_id, school_year=campaign.school_year)
    announcements.campaign_changed(campaign)
    audit.record(audit.Event.CAMPAIGN_CHANGED, by=by, about=campaign, details=_dates(campaign))
    return campaign


def include_new_schools(campaign: Campaign, *, by: Membership) -> int:
    """Give the schools that have joined since the campaign opened their cycles.

    Returns how many there were. Doing it twice changes nothing.

    Raises:
        PermissionDenied: `by` does not manage campaigns.
        ValidationError: the campaign is closed.
    """
    if not permissions.can_manage_campaigns(by):
        raise PermissionDenied
    if campaign.is_closed:
        raise ValidationError(_("This campaign is closed."), code="campaign_closed")
    schools = School.objects.filter(district=campaign.district_id).active()
    if count := start_cycles(campaign, schools):
        done = {"schools_added": count}
        audit.record(audit.Event.CAMPAIGN_CHANGED, by=by, about=campaign, details=done)
    return count


def _dates(campaign: Campaign) -> dict[str, str]:
    return {name: getattr(campaign, name).isoformat() for name in ("due_on", "closes_on")}


def _check_dates(
    district: District, school_year: int, opens_on: date, due_on: date, closes_on: date
) -> None:
    errors = {}
    if due_on < opens_on:
        errors["due_on"] = _("It cannot be due before it opens.")
    if closes_on < due_on:
        errors["closes_on"] = _("It cannot close before it is due.")
    first, last = district.first_day_of(school_year), district.first_day_of(school_year + 1)
    if closes_on >= max(last, district.today()) + timedelta(days=366):
        errors["closes_on"] = _("It must close before the end of the year after.")
    if not first <= opens_on < last:
        errors["opens_on"] = _("This day is not in the school year (%(first)s to %(last)s).") % {
            "first": date_format(first),
            "last": date_format(last - timedelta(days=1)),
        }
    if errors:
        raise ValidationError(errors)


def _check_can_move(campaign: Campaign, **dates: date) -> None:
    """A day that is over is not moved to: what a school typed after it would be refused.

    Nor is what has closed with its school year opened again: that year's figures stand.
    """
    moved = {name: day for name, day in dates.items() if day != getattr(campaign, name)}
    district = campaign.district
    if campaign.is_closed and campaign.school_year < district.this_school_year:
        refusal = ValidationError(
            _("This campaign has closed, and its school year is over: its dates stay."),
            code="year_is_over",
        )
        refused = set(moved)
    else:
        refusal = ValidationError(_("That day is over."), code="day_is_over")
        refused = {name for name, day in moved.items() if day < district.today()}
    if refused:
        raise ValidationError(dict.fromkeys(refused, refusal))


def _year_is_taken(campaign: Campaign) -> ValidationError:
    return ValidationError(
        {
            "school_year": ValidationError(
                _("There is a campaign for %(year)s already."),
                code="campaign_exists",
                params={"year": str(campaign)},
            )
        }
    )
