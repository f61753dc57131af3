"""What triggers refuse one row at a time, looked for in the whole database.

Each check is a sentence and a query for the rows that break it: none is expected.
"""

from __future__ import annotations

from django.db import connection

from apps.casefiles.lifecycle import edges
from apps.casefiles.log_verification import find_faults

_MOVES = """
    SELECT e.case_file_id AS id, e.from_state, e.to_state, e.at,
        lag(e.to_state) OVER life AS previous, lead(e.id) OVER life AS next,
        lag(e.at) OVER life AS before, f.state
    FROM casefiles_casefileevent e JOIN casefiles_casefile f ON f.id = e.case_file_id
    WHERE e.kind = 'moved' WINDOW life AS (PARTITION BY e.case_file_id ORDER BY e.id)
"""
CHECKS = {
    "a file begins as a draft, and each move leaves the state that the last one reached": f"""
        SELECT id FROM ({_MOVES}) m WHERE from_state <> coalesce(previous, 'draft')
    """,  # noqa: S608 - made of our own words
    "every move is one of the table of moves": """
        SELECT case_file_id FROM casefiles_casefileevent
        WHERE kind = 'moved' AND from_state || '>' || to_state <> ALL(%(edges)s)
    """,
    "the last move reaches the state of the file, in the order of time": f"""
        SELECT id FROM ({_MOVES}) m WHERE next IS NULL AND to_state <> state OR before > at
    """,  # noqa: S608 - likewise
    "a file without a move is a draft": """
        SELECT id FROM casefiles_casefile f WHERE state <> 'draft' AND NOT EXISTS (
            SELECT 1 FROM casefiles_casefileevent e WHERE e.case_file_id = f.id AND kind = 'moved')
    """,
    "a file is flagged as long as a message of its applicant waits to be read": """
        SELECT id FROM casefiles_casefile f WHERE has_unread_message <> EXISTS (
            SELECT 1 FROM casefiles_message m
            WHERE m.case_file_id = f.id AND NOT is_from_staff AND read_at IS NULL)
    """,
    "instalments never add up to more than the award": """
        SELECT f.id FROM casefiles_casefile f JOIN awards_instalment i ON i.case_file_id = f.id
        WHERE i.status <> 'cancelled' GROUP BY f.id
        HAVING sum(i.amount) > coalesce(f.granted_amount, 0)
    """,
    "no envelope is overspent": """
        SELECT envelope.id FROM awards_envelope envelope
        JOIN awards_instalment i ON i.budget_year = envelope.year AND i.status <> 'cancelled'
        JOIN casefiles_casefile f ON f.id = i.case_file_id AND f.programme = envelope.programme
        GROUP BY envelope.id HAVING sum(i.amount) > (
            SELECT sum(amount) FROM awards_envelopevote v WHERE v.envelope_id = envelope.id)
    """,
    "what each budget bears is entered as its payments add up": """
        SELECT year FROM (
            SELECT programme, year, sum(committed) AS committed, sum(paid) AS paid
            FROM awards_budgetentry GROUP BY programme, year
        ) entered FULL JOIN (
            SELECT f.programme, i.budget_year AS year,
                coalesce(sum(i.amount) FILTER (WHERE i.status <> 'cancelled'), 0) AS committed,
                coalesce(sum(i.amount) FILTER (WHERE i.status = 'paid'), 0) AS paid
            FROM awards_instalment i JOIN casefiles_casefile f ON f.id = i.case_file_id
            GROUP BY f.programme, i.budget_year
        ) counted USING (programme, year)
        WHERE (entered.committed, entered.paid) IS DISTINCT FROM (counted.committed, counted.paid)
    """,
    "who prepared a payment never validates it": """
        SELECT i.id FROM awards_instalment i JOIN casefiles_decision d USING (case_file_id)
        WHERE d.cancelled_at IS NULL AND i.validated_by_id IN (d.proposed_by_id, d.decided_by_id)
    """,
    "a project is judged by a juror of its own campaign, who declared no conflict": """
        SELECT r.id FROM juries_review r JOIN casefiles_casefile f ON f.id = r.case_file_id
        JOIN juries_juror seat ON seat.id = r.juror_id
        LEFT JOIN juries_declaration d USING (juror_id, case_file_id)
        WHERE seat.jury_id IS DISTINCT FROM f.campaign_id OR d.has_conflict IS NOT FALSE
    """,
    "an item is examined by a closed sitting, listed for one to come": """
        SELECT item.id FROM awards_agendaitem item JOIN awards_session s ON s.id = item.session_id
        WHERE (item.status = 'examined') <> (s.status = 'closed')
    """,
    "a decided file has its decision, and only a decided one": """
        SELECT f.id FROM casefiles_casefile f
        LEFT JOIN casefiles_decision d ON d.case_file_id = f.id AND d.cancelled_at IS NULL
        WHERE f.decided_at IS DISTINCT FROM d.decided_at
            OR f.granted_amount IS NOT NULL AND f.granted_amount <> d.amount
    """,
    "each file has the detail of its programme": """
        SELECT f.id FROM casefiles_casefile f
        LEFT JOIN installation_installationdetail a ON a.case_file_id = f.id
        LEFT JOIN bursaries_bursarydetail b ON b.case_file_id = f.id
        LEFT JOIN internships_internshipdetail c ON c.case_file_id = f.id
        LEFT JOIN innovation_proposaldetail d ON d.case_file_id = f.id
        WHERE CASE f.programme WHEN 'installation' THEN a.case_file_id
            WHEN 'bourse-etudes' THEN b.case_file_id WHEN 'innovation' THEN d.case_file_id
            ELSE c.case_file_id END IS NULL
    """,
}


def broken() -> list[str]:
    """The sentences that do not hold, each with how many rows break it and one of them."""
    found = []
    parameters = {"edges": [f"{source}>{target}" for source, target in edges()]}
    with connection.cursor() as cursor:
        for sentence, query in CHECKS.items():
            cursor.execute(
                f"SELECT count(*), min(row.id) FROM ({query}) AS row (id)",  # noqa: S608
                parameters,
            )
            count, example = cursor.fetchone()
            if count:
                found.append(f"{sentence}: broken by {count}, {example} for one")
    if fault := next(find_faults(), None):
        found.append(f"the story of each file is chained: {fault}")
    return found
