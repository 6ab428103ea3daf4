"""Whether the audit log is whole."""

from collections.abc import Iterable

from django.utils import timezone

from config.trust.finding import Finding, State
from schools.audit_seals import LATE, verify
from schools.models import District
from schools.tenancy import district_scope

TOPIC = "audit seals"


def audit_log_is_whole(district: District) -> Iterable[Finding]:
    """Every entry under its seal, in its order. What was found, `manage.py audit_verify` says."""
    with district_scope(district.pk):
        seen = verify(district.pk, now=timezone.now())
    if seen.findings:
        codes = {each.code for each in seen.findings}
        # Where nothing could be sealed for some hours, a person knows that it was so.
        state = State.LOOK if codes == {LATE} else State.WRONG
        words = f"{len(seen.findings)} flaws: {', '.join(sorted(codes))}"
        return [Finding(TOPIC, state, words, district.slug)]
    words = f"{seen.entries} entries under {seen.seals} seals"
    return [Finding(TOPIC, State.OK, words, district.slug)]
