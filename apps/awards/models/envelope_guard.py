"""An envelope is never overspent: what the database itself checks at each commit.

Both triggers wait until the transaction ends (an award and its instalments come together) and
lock the envelope before they add up what it bears (budget_entry.py), so that two transactions
never both fit in what is left. A year without an envelope limits nothing; the advisory lock makes
sure that the envelope recorded at the same moment is seen by one of the two.
"""

from __future__ import annotations

import pgtrigger

# What both functions end with: the envelope of `a_programme` and `a_year`, if there is one.
_REFUSE_OVERSPENDING = """
    SELECT id INTO an_envelope FROM awards_envelope AS envelope
    WHERE programme = a_programme AND year = a_year
    FOR NO KEY UPDATE OF envelope;
    IF an_envelope IS NOT NULL THEN
        SELECT COALESCE(SUM(amount), 0) INTO voted FROM awards_envelopevote
        WHERE envelope_id = an_envelope;
        SELECT COALESCE(SUM(entry.committed), 0) INTO committed
        FROM awards_budgetentry AS entry
        WHERE entry.programme = a_programme AND entry.year = a_year;
        IF committed > voted THEN
            RAISE EXCEPTION 'envelope % % is overspent: % committed, % voted',
                a_programme, a_year, committed, voted
                USING ERRCODE = 'check_violation', CONSTRAINT = 'envelope_not_overspent';
        END IF;
    END IF;
    RETURN NULL;
"""
_DECLARE = [
    *(("a_programme", "TEXT"), ("a_year", "INTEGER"), ("an_envelope", "BIGINT")),
    *(("voted", "NUMERIC"), ("committed", "NUMERIC")),
]


def instalment_fits() -> pgtrigger.Trigger:
    """On Instalment. Its amount, year and file never change, and a cancelled one stays so: only
    a new row commits more."""
    return pgtrigger.Trigger(
        name="envelope_not_overspent",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=_DECLARE,
        func=f"""
            SELECT programme, NEW.budget_year INTO a_programme, a_year
            FROM casefiles_casefile WHERE id = NEW.case_file_id;
            PERFORM pg_advisory_xact_lock_shared(hashtext(a_programme), a_year);
            {_REFUSE_OVERSPENDING}
        """,  # noqa: S608 - made of our own words
    )


def vote_fits() -> pgtrigger.Trigger:
    """On EnvelopeVote: the first one must cover what is already committed, and an amendment may
    not take away what is."""
    return pgtrigger.Trigger(
        name="envelope_not_overspent",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        declare=_DECLARE,
        func=f"""
            SELECT programme, year INTO a_programme, a_year
            FROM awards_envelope WHERE id = NEW.envelope_id;
            {_REFUSE_OVERSPENDING}
        """,  # noqa: S608 - made of our own words
    )


def waits_for_commitments() -> pgtrigger.Trigger:
    """On Envelope: a new one waits for the awards of its year that are being committed."""
    return pgtrigger.Trigger(
        name="waits_for_commitments",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
            PERFORM pg_advisory_xact_lock(hashtext(NEW.programme), NEW.year);
            RETURN NEW;
        """,
    )


def has_a_vote() -> pgtrigger.Trigger:
    """On Envelope: without a vote, it would read as an envelope of nothing."""
    return pgtrigger.Trigger(
        name="has_a_vote",
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        timing=pgtrigger.Deferred,
        func="""
            IF NOT EXISTS (SELECT 1 FROM awards_envelopevote WHERE envelope_id = NEW.id) THEN
                RAISE EXCEPTION 'envelope % has no vote', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'envelope_has_a_vote';
            END IF;
            RETURN NULL;
        """,
    )
