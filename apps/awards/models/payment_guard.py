"""Who prepared a payment never validates it: what the database itself checks."""

from __future__ import annotations

import pgtrigger


def validated_by_another() -> pgtrigger.Trigger:
    """On Instalment: « ordonnateur » and « comptable » are two persons (decree 2012-1246, art. 9).

    Whoever proposed or decided the award or an amendment of it, accepted the proof, recorded the
    attestation or settled its amount. payments.py says the same in French.
    """
    return pgtrigger.Trigger(
        name="validated_by_another",
        when=pgtrigger.Before,
        operation=pgtrigger.UpdateOf("validated_by_id"),
        condition=pgtrigger.Q(new__validated_by__isnull=False),
        func="""
            IF EXISTS (
                SELECT 1 FROM casefiles_decision
                WHERE case_file_id = NEW.case_file_id AND cancelled_at IS NULL
                    AND NEW.validated_by_id IN (proposed_by_id, decided_by_id)
                UNION ALL
                SELECT 1 FROM awards_amendment
                WHERE case_file_id = NEW.case_file_id
                    AND NEW.validated_by_id IN (proposed_by_id, decided_by_id)
                UNION ALL
                SELECT 1 FROM awards_instalmentproof
                WHERE instalment_id = NEW.id AND status = 'accepted'
                    AND NEW.validated_by_id = reviewed_by_id
                UNION ALL
                SELECT 1 FROM awards_attestation
                WHERE instalment_id IN (NEW.id, NEW.replaces_id)
                    AND NEW.validated_by_id IN (recorded_by_id, settled_by_id)
            ) THEN
                RAISE EXCEPTION 'payment % is validated by a person who prepared it', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'payment_needs_two_persons';
            END IF;
            RETURN NEW;
        """,
    )
