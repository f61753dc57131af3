"""Chain the story of every file anew: for a copy whose words were replaced, or rows copied in.

Two statements for each rank of event, whatever the number of files. Never on the council's own
database: what is sealed there would no longer hold, and the auditors would read it.
"""

from __future__ import annotations

import pgtrigger
from django.db import connection, transaction

from apps.casefiles.event_chain import GENESIS_SQL, digest_sql

# Ranks pass through a far range, so that no two events of a file ever share one.
_FAR = 1_000_000_000
_BEGIN = (
    "DELETE FROM casefiles_logseal",
    "DELETE FROM casefiles_eventhead",
    f"""
    UPDATE casefiles_casefileevent AS event SET sequence = {_FAR} + story.rank
    FROM (
        SELECT id, row_number() OVER (PARTITION BY case_file_id ORDER BY sequence, id) AS rank
        FROM casefiles_casefileevent
    ) AS story WHERE story.id = event.id
    """,  # noqa: S608 - made of our own words
    f"""
    UPDATE casefiles_casefileevent SET sequence = sequence - {_FAR},
        salt = CASE WHEN text_digest IS NULL THEN gen_random_uuid() END
    """,  # noqa: S608
    f"""
    INSERT INTO casefiles_eventhead (case_file_id, count, digest, sealed_count, sealed_digest)
    SELECT case_file_id, 0, {GENESIS_SQL}, 0, {GENESIS_SQL}
    FROM casefiles_casefileevent GROUP BY case_file_id
    """,  # noqa: S608
)
_LINK = (
    """
    UPDATE casefiles_casefileevent AS event SET previous_digest = head.digest
    FROM casefiles_eventhead AS head
    WHERE head.case_file_id = event.case_file_id AND event.sequence = %s
    """,
    f"""
    UPDATE casefiles_eventhead AS head SET count = event.sequence, digest = {digest_sql("event")}
    FROM casefiles_casefileevent AS event
    WHERE head.case_file_id = event.case_file_id AND event.sequence = %s
    """,  # noqa: S608
)


@transaction.atomic
def rebuild_log() -> int:
    """How many events the longest story has. Side effects: every link, head and seal."""
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for statement in _BEGIN:
            cursor.execute(statement)
        cursor.execute("SELECT COALESCE(MAX(sequence), 0) FROM casefiles_casefileevent")
        [longest] = cursor.fetchone()
        for sequence in range(1, longest + 1):
            for statement in _LINK:
                cursor.execute(statement, [sequence])
    return int(longest)
