"""Every page that the product has, by its route, and who of the demo's people sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import mail
from accounts.models import User
from assessments.instrument import ContentArea, Context
from assessments.models import Campaign, Commitment, Cycle, Revision, Theme
from schools import invitation_mails
from schools.models import (
    ApiClient,
    District,
    Invitation,
    Membership,
    SignOnProvider,
    WebhookDelivery,
)
from schools.tenancy import district_scope

GUEST = ""
OPERATOR = "operator@ninefold.example"
ADMIN = "admin@riverbend.example"
SPECIALIST = "specialist@riverbend.example"
VIEWER = "viewer@riverbend.example"
PRINCIPAL = "principal.cedar-grove@riverbend.example"
DONE_PRINCIPAL = "principal.birchwood@riverbend.example"
MEMBER = "team.cedar-grove@riverbend.example"
READER = "reader.cedar-grove@riverbend.example"
CONSULTANT = "consultant@example.org"

MANAGERS = (ADMIN, SPECIALIST, CONSULTANT)
OF_THE_DISTRICT = (*MANAGERS, VIEWER)
OF_THE_SCHOOL = (PRINCIPAL, MEMBER, READER)
OF_RIVERBEND = (*OF_THE_DISTRICT, *OF_THE_SCHOOL, DONE_PRINCIPAL)
EVERYONE = (*OF_RIVERBEND, OPERATOR)
PEOPLE = (GUEST, *EVERYONE)

# Who sees the page of a route, and with which arguments beyond the district.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "home": (OPERATOR, CONSULTANT),
    "districts": EVERYONE,
    "break_glass": (OPERATOR,),
    "about": PEOPLE,
    "account_login": (GUEST,),
    "account_logout": EVERYONE,
    "account_signup": (GUEST,),
    "account_inactive": (GUEST,),
    "account_reset_password": (GUEST,),
    "account_reset_password_done": (GUEST,),
    "account_reset_password_from_key": (GUEST,),
    "account_reset_password_from_key_done": (GUEST,),
    "account_change_password": (SPECIALIST, PRINCIPAL),
    "account_reauthenticate": (SPECIALIST,),
    "still_you": (SPECIALIST,),
    "account": (ADMIN, PRINCIPAL),
    "sessions": (ADMIN, PRINCIPAL),
    "second_factor": (PRINCIPAL,),
    "mfa_index": (ADMIN, PRINCIPAL),
    "mfa_list_webauthn": (PRINCIPAL,),
    "mfa_activate_totp": (PRINCIPAL,),
    "mfa_add_webauthn": (PRINCIPAL,),
    "mfa_generate_recovery_codes": (PRINCIPAL,),
    "security": (ADMIN,),
    "factors_reset": (ADMIN,),
    "unlinking": (ADMIN,),
    "district": OF_THE_DISTRICT,
    "cell_across_schools": OF_THE_DISTRICT,
    "question_across_schools": OF_THE_DISTRICT,
    "together": OF_RIVERBEND,
    "cell_quotes": (PRINCIPAL,),
    "question_quotes": (PRINCIPAL,),
    "exports": OF_THE_DISTRICT,
    "api_clients": (ADMIN,),
    "api_client": (ADMIN,),
    "schools": OF_RIVERBEND,
    "school": (*OF_THE_DISTRICT, *OF_THE_SCHOOL),
    "campaigns": OF_RIVERBEND,
    "campaign": OF_RIVERBEND,
    "campaign_new": MANAGERS,
    "cycle": OF_RIVERBEND,
    "section": OF_RIVERBEND,
    "part_2": OF_RIVERBEND,
    "review": OF_RIVERBEND,
    "cell_revisions": OF_RIVERBEND,
    "reflection_revisions": OF_RIVERBEND,
    "revision": OF_RIVERBEND,
    "handed_in": (*OF_THE_DISTRICT, DONE_PRINCIPAL),
    "meeting": (PRINCIPAL, MEMBER),
    "meeting_cell": (PRINCIPAL, MEMBER),
    "meeting_mine": (PRINCIPAL, MEMBER),
    "commitments": OF_RIVERBEND,
    "cell_commitments": (PRINCIPAL, MEMBER),
    "commitment": (PRINCIPAL, MEMBER),
    "follow_up_across_schools": OF_THE_DISTRICT,
    "examples_across_schools": OF_THE_DISTRICT,
    "commitments_across_schools": OF_THE_DISTRICT,
    "reading": OF_THE_DISTRICT,
    "reading_school": OF_THE_DISTRICT,
    "themes": OF_THE_DISTRICT,
    "theme": OF_THE_DISTRICT,
    "theme_new": MANAGERS,
    "theme_excerpts": MANAGERS,
    "nothing_said": OF_THE_DISTRICT,
    "school_replies": (*OF_THE_DISTRICT, *OF_THE_SCHOOL, DONE_PRINCIPAL),
    "invitation": (GUEST,),
    "people": (ADMIN, PRINCIPAL),
    "membership": (ADMIN,),
    "leaving": (ADMIN, PRINCIPAL),
    "invitations": (ADMIN, PRINCIPAL),
    "invitation_new": (ADMIN, PRINCIPAL),
    "invitations_table": (ADMIN,),
    "audit_log": (ADMIN,),
    "sign_in": (GUEST,),
    "sign_on": (ADMIN,),
    "sign_on_provider": (ADMIN,),
    "webhooks": (ADMIN,),
    "webhook": (ADMIN,),
    "webhook_delivery": (ADMIN,),
    "mail_choices": (SPECIALIST, PRINCIPAL),
    "mail_choices_by_token": (GUEST,),
}
NO_PAGES = {
    "break_glass_end": "takes a form and leads back",
    "operators_health": "of the administration; the console is asked there",
    "health": "an answer for machines",
    "set_language": "takes a form and leads back",
    "cell": "takes what is typed",
    "reflection": "takes what is typed",
    "submission": "takes a form and leads on",
    "meeting_voices": "a part of the screen",
    "meeting_now": "a part of a member's own page",
    "cell_note": "takes what is typed",
    "question_note": "takes what is typed",
    "commitment_status": "takes a form and leads back",
    "comments": "takes a form and leads back",
    "comment_resolution": "takes a form and leads back",
    "introductions": "takes a form and leads back",
    "reading_mark": "takes a form and leads on",
    "theme_merging": "takes a form and leads back",
    "theme_looks": "takes a form and leads back",
    "theme_status": "takes a form and leads back",
    "theme_name": "takes a form and leads back",
    "theme_parts": "takes a form and leads on",
    "theme_reply": "takes a form and leads back",
    "excerpt_removal": "takes a form and leads back",
    "reply_reading": "takes a form and leads back",
    "mail_address": "takes a form and leads back",
    "restoration": "takes a form and leads on",
    "reopenings": "takes a form and leads on",
    "quoting": "takes a form and leads on",
    "extensions": "takes a form and leads on",
    "school_reminders": "takes a form and leads back",
    "school_groups": "takes a form and leads back",
    "campaign_cycles": "takes a form and leads on",
    "api_credential_revocation": "takes a form and leads back",
    "export_file": "a file to keep",
    "report": "a PDF, which tests/assessments/reports reads",
    "submission_report": "a PDF",
    "worksheet": "a PDF",
    "invitation_sendings": "takes a form and leads back",
    "invitation_revocation": "takes a form and leads back",
    "people_template": "a file to keep",
    "audit_file": "a file to keep",
    "sign_in_at": "the demo's districts have none; connected.py has",
    "sign_in_with": "leads on to a provider",
    "sign_in_back": "takes what a provider says, and leads on",
    "sign_in_confirmation": "there is one only after a provider has named somebody",
    "sign_on_state": "takes a form and leads back",
    "sign_on_removal": "takes a form and leads back",
    "sign_on_only": "takes a form and leads back",
    "webhook_state": "takes a form and leads back",
    "webhook_secret": "takes a form; the secret is shown once",
    "webhook_test": "takes a form and leads back",
    "webhook_replays": "takes a form and leads back",
    "webhook_removal": "takes a form and leads back",
    "webhook_replay": "takes a form and leads back",
    "session_end": "takes a form and leads back",
    "sessions_end": "takes a form and leads back",
    "mfa_login_webauthn": "answers a script, takes a form and leads on",
    **dict.fromkeys(
        (
            *("mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
            *("mfa_view_recovery_codes", "mfa_deactivate_totp"),
            *("mfa_edit_webauthn", "mfa_remove_webauthn"),
        ),
        "for who has a second factor: tests/journeys/guarded.py",
    ),
    "account_set_password": "leads on for who has a password, and everybody has",
}
# Not made by us: here nobody but the console is asked.
FOREIGN = (
    "admin:index",
    "admin:accounts_user_changelist",
    "admin:accounts_user_add",
    "admin:schools_district_changelist",
    "admin:schools_district_add",
    "operators_health",
    "api-docs",
)


@dataclass(frozen=True)
class Places:
    """What the demo's addresses are made of."""

    slug: str
    campaign: Campaign
    at_work: Cycle
    submitted: Cycle
    # The first words of each of the two cycles.
    revisions: dict[UUID, Revision]
    # One that is open, of the school at work; and the link in its principal's mails.
    commitment: Commitment
    # One of the codebook, answered.
    theme: Theme
    # The warehouse gets in with two credentials, and was told of one thing.
    api_client: ApiClient
    delivery: WebhookDelivery
    provider: SignOnProvider
    token: str
    # Of somebody of the team at work; and of who is invited to it.
    member: Membership
    invitation: Invitation

    def of(self, route: str, person: str) -> Iterator[str]:
        """The addresses of a route, for this person."""
        for arguments in self._arguments(route, person):
            yield reverse(route, kwargs=arguments)

    def _arguments(self, route: str, person: str) -> list[dict[str, Any]]:
        cycle = self.submitted if person == DONE_PRINCIPAL else self.at_work
        district = {"district_slug": self.slug}
        one_cycle = district | {"cycle_id": cycle.pk}
        year = district | {"school_year": self.campaign.school_year}
        webhook = district | {"webhook_id": self.delivery.webhook_id}
        everywhere: dict[str, list[dict[str, Any]]] = {
            "cell_across_schools": [
                year | {"context": context, "content_area": ContentArea.SYSTEMS}
                for context in Context
            ],
            "question_across_schools": [year | {"question": "conditions"}],
            "cell_quotes": [year | {"context": Context.TEAM, "content_area": ContentArea.SYSTEMS}],
            "question_quotes": [year | {"question": "conditions"}],
            "follow_up_across_schools": [
                year | {"context": Context.TEAM, "content_area": ContentArea.BELIEFS}
            ],
            "examples_across_schools": [
                year | {"context": Context.TEAM, "content_area": ContentArea.BELIEFS}
            ],
            "reading_school": [district | {"cycle_id": self.submitted.pk}],
            "school": [district | {"school_id": cycle.school_id}],
            "campaign": [district | {"campaign_id": self.campaign.pk}],
            "cycle": [one_cycle],
            "section": [one_cycle | {"context": context} for context in Context],
            "part_2": [one_cycle],
            "review": [one_cycle],
            "cell_revisions": [
                one_cycle | {"context": context, "content_area": ContentArea.BELIEFS}
                for context in Context
            ],
            "reflection_revisions": [one_cycle | {"question": "balance"}],
            "revision": [district | {"revision_id": self.revisions[cycle.pk].pk}],
            "handed_in": [district | {"cycle_id": self.submitted.pk, "number": 1}],
            "meeting": [one_cycle],
            "meeting_cell": [
                one_cycle | {"context": Context.TEAM, "content_area": ContentArea.BELIEFS}
            ],
            "meeting_mine": [one_cycle],
            "commitments": [district | {"school_id": cycle.school_id}],
            "cell_commitments": [
                one_cycle | {"context": Context.TEAM, "content_area": ContentArea.BELIEFS}
            ],
            "commitment": [district | {"commitment_id": self.commitment.pk}],
            "theme": [district | {"theme_id": self.theme.pk}],
            "theme_excerpts": [district | {"theme_id": self.theme.pk}],
            "school_replies": [district | {"school_id": cycle.school_id}],
            "api_client": [district | {"api_client_id": self.api_client.pk}],
            "webhook": [webhook],
            "webhook_delivery": [webhook | {"delivery_id": self.delivery.pk}],
            "sign_on_provider": [district | {"provider_id": self.provider.pk}],
            "membership": [district | {"membership_id": self.member.pk}],
            "leaving": [district | {"membership_id": self.member.pk}],
            "factors_reset": [district | {"membership_id": self.member.pk}],
            "unlinking": [district | {"membership_id": self.member.pk}],
            "invitation": [{"token": self.invitation.token}],
            "mail_choices_by_token": [{"token": self.token}],
            "account_reset_password_from_key": [{"uidb36": "0", "key": "expired"}],
        }
        in_a_district = {
            *("district", "together", "exports", "schools", "campaigns", "campaign_new"),
            *("commitments_across_schools", "reading", "themes", "theme_new", "nothing_said"),
            *("api_clients", "audit_log", "webhooks", "security", "sign_on"),
            *("people", "invitations", "invitation_new", "invitations_table"),
        }
        return everywhere.get(route, [district if route in in_a_district else {}])


def places() -> Places:
    """The demo's, as they are now."""
    district = District.objects.get(slug="riverbend-unified")
    with district_scope(district.pk):
        campaign = Campaign.objects.filter(school_year=district.this_school_year).get()
        cycles = Cycle.objects.with_campaign().filter(campaign=campaign)
        at_work = cycles.get(school__name__startswith="Cedar Grove")
        submitted = cycles.get(school__name__startswith="Birchwood")
        return Places(
            slug=district.slug,
            campaign=campaign,
            at_work=at_work,
            submitted=submitted,
            revisions={cycle.pk: _first_words(cycle) for cycle in (at_work, submitted)},
            commitment=Commitment.objects.filter(school=at_work.school_id).still_open()[0],
            theme=Theme.objects.accepted().get(name__startswith="Paras"),
            api_client=ApiClient.objects.get(district=district),
            delivery=WebhookDelivery.objects.get(),
            provider=SignOnProvider.objects.get(),
            token=mail.token_for(User.objects.get(email=PRINCIPAL)),
            member=Membership.objects.get(district=district, user__email=MEMBER),
            invitation=_mailed(Invitation.objects.get(district=district)),
        )


def _mailed(invitation: Invitation) -> Invitation:
    """Once its mail has gone out, its link leads somewhere."""
    invitation_mails.send(invitation.pk)
    return invitation


def _first_words(cycle: Cycle) -> Revision:
    first: Revision = Revision.objects.filter(cycle=cycle).latest_first().last()
    return first


def page_routes() -> set[str]:
    """The names of all routes but those of the API and of Django's admin."""
    return set(_names(get_resolver()))


def _names(resolver: URLResolver) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern.name or str(pattern.pattern)
        elif pattern.namespace != "admin" and not str(pattern.pattern).startswith("api/"):
            yield from _names(pattern)
