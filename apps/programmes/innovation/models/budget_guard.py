"""In the database: the budget of a proposal that was sent adds up, year by year."""

from __future__ import annotations

import pgtrigger

_REFUSE_A_GAP = """
    SELECT state INTO a_state FROM casefiles_casefile WHERE id = a_file;
    -- Whoever fills it in may leave it unbalanced; what was given up is nobody's concern.
    IF a_state IS NULL OR a_state IN ('draft', 'incomplete', 'withdrawn', 'dismissed') THEN
        RETURN NULL;
    END IF;
    SELECT
        COALESCE(detail.asked_1, 0) + COALESCE(SUM(sign.of * line.year_1), 0),
        COALESCE(detail.asked_2, 0) + COALESCE(SUM(sign.of * line.year_2), 0),
        COALESCE(detail.asked_3, 0) + COALESCE(SUM(sign.of * line.year_3), 0)
    INTO gap_1, gap_2, gap_3
    FROM innovation_proposaldetail AS detail
    LEFT JOIN innovation_budgetline AS line ON line.proposal_id = detail.case_file_id
    LEFT JOIN LATERAL (SELECT CASE line.side WHEN 'depense' THEN -1 ELSE 1 END) AS sign (of)
        ON TRUE
    WHERE detail.case_file_id = a_file
    GROUP BY detail.case_file_id;
    IF gap_1 <> 0 OR gap_2 <> 0 OR gap_3 <> 0 THEN
        RAISE EXCEPTION 'the budget of file % does not add up: %, %, %', a_file, gap_1, gap_2, gap_3
            USING ERRCODE = 'check_violation', CONSTRAINT = 'budget_adds_up';
    END IF;
    RETURN NULL;
"""
_DECLARE = [
    *(("a_file", "BIGINT"), ("a_state", "TEXT")),
    *((f"gap_{year}", "NUMERIC") for year in (1, 2, 3)),
]


def line_adds_up() -> pgtrigger.Trigger:
    """On BudgetLine: checked at commit, so that a whole table may be replaced."""
    return pgtrigger.Trigger(
        name="budget_adds_up",
        when=pgtrigger.After,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        declare=_DECLARE,
        func=f"""
            IF TG_OP = 'DELETE' THEN
                a_file := OLD.proposal_id;
            ELSE
                a_file := NEW.proposal_id;
            END IF;
            {_REFUSE_A_GAP}
        """,
    )


def aid_adds_up() -> pgtrigger.Trigger:
    """On ProposalDetail: the aid asked is a line of the budget."""
    return pgtrigger.Trigger(
        name="budget_adds_up",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        declare=_DECLARE,
        func=f"""
            a_file := NEW.case_file_id;
            {_REFUSE_A_GAP}
        """,
    )
