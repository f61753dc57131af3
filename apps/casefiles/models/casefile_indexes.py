"""The indexes of case files, each with the query that it serves.

A tab or a filter of the worklist is a condition, in an order: each index has the order of its
list and leaves out what the list never shows. What is included answers the count beside it
(core.compiled.counts) without a look at the rows. tests/growth/plans.txt keeps the plans.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import F, Index, Q, Value
from django.db.models.functions import Coalesce, Upper
from django.db.models.lookups import GreaterThanOrEqual

from apps.casefiles import enums
from apps.casefiles.enums import CaseFileState, Channel
from apps.casefiles.readers import SENT

# The first files of a list by date of arrival, those not sent yet before all others. The day is
# moved forward every few years (operations.md): an old one costs time, nothing else. Said in a way
# that only its own index answers: with a plain comparison of dates PostgreSQL now and then also
# reads the index of all dates, tens of milliseconds for nothing.
RECENT = Q(
    GreaterThanOrEqual(
        Coalesce(F("submitted_at"), Value(datetime(9999, 1, 1, tzinfo=UTC))),
        Value(datetime(2025, 1, 1, tzinfo=UTC)),
    )
)

INDEXES = (
    # « À traiter » and « En retard », the most urgent first; their counts.
    Index(
        fields=("legal_due_on", "-id"),
        condition=Q(state__in=enums.PENDING_STATES),
        include=("applicant", "programme", "state"),
        name="casefile_pending_due",
    ),
    # « Non attribués », and their count.
    Index(
        fields=("legal_due_on", "-id"),
        condition=Q(state__in=enums.PENDING_STATES, owner=None),
        include=("applicant", "programme"),
        name="casefile_unassigned_due",
    ),
    # « En attente du demandeur », and its count.
    Index(
        fields=("legal_due_on", "-id"),
        condition=Q(state=CaseFileState.INCOMPLETE),
        include=("applicant", "programme"),
        name="casefile_incomplete_due",
    ),
    # « Miens », and its count; how much each caseworker has to do (assignment.py).
    Index(
        fields=("owner", "legal_due_on", "-id"),
        condition=~Q(state__in=enums.CLOSED_STATES),
        include=("state", "applicant", "programme", "channel"),
        name="casefile_owner_due",
    ),
    # « Tous », the newest first, and its count: what the desk sees of drafts.
    Index(
        fields=("-submitted_at", "-id"),
        condition=SENT,
        include=("applicant", "programme"),
        name="casefile_submitted",
    ),
    # « Messages à lire », and its count.
    Index(
        fields=("-submitted_at", "-id"),
        condition=SENT & Q(has_unread_message=True),
        include=("applicant", "programme", "state"),
        name="casefile_unread_submitted",
    ),
    # The filter by state, and the count beside each state.
    Index(
        fields=("state", "-submitted_at", "-id"),
        condition=SENT,
        include=("applicant", "programme"),
        name="casefile_state_submitted",
    ),
    # The filter by programme; what agents of one programme see of « Tous ».
    Index(
        fields=("programme", "-submitted_at", "-id"),
        condition=SENT,
        include=("applicant",),
        name="casefile_programme_submitted",
    ),
    # The filter by channel, save the usual one, which « Tous » answers soon enough.
    Index(
        fields=("channel", "-submitted_at", "-id"),
        condition=~Q(channel=Channel.ONLINE),
        include=("applicant", "programme", "state"),
        name="casefile_channel_submitted",
    ),
    # « Seulement les fictifs ».
    Index(
        fields=("-submitted_at", "-id"),
        condition=Q(is_fictitious=True),
        name="casefile_fictitious",
    ),
    # The name of a commune in the search box.
    Index(
        fields=("commune", "-submitted_at", "-id"),
        condition=SENT,
        include=("applicant", "programme"),
        name="casefile_commune_submitted",
    ),
    # Search by a whole e-mail address, UPPER(email) = UPPER(…).
    Index(Upper("email"), name="casefile_email"),
    # Search as by the next one, among RECENT files: enough for the first page of a common name.
    GinIndex(
        OpClass(F("search_key"), "gin_trgm_ops"), condition=RECENT, name="casefile_recent_key_trgm"
    ),
    # Search by any part of a reference, name or address.
    GinIndex(OpClass(F("search_key"), "gin_trgm_ops"), name="casefile_search_key_trgm"),
)
