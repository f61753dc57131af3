"""Practice follows the diploma: what the database itself checks, whichever is written last."""

from __future__ import annotations

import pgtrigger

_REFUSE = """
    RAISE EXCEPTION 'file %: practice begins before the diploma', NEW.case_file_id
        USING ERRCODE = 'check_violation', CONSTRAINT = 'practice_follows_diploma';
"""


def begins_after_diploma() -> pgtrigger.Trigger:
    """On Commitment."""
    return pgtrigger.Trigger(
        name="begins_after_diploma",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.UpdateOf("started_on"),
        func=f"""
            IF EXISTS (
                SELECT 1 FROM awards_graduation
                WHERE case_file_id = NEW.case_file_id AND graduated_on > NEW.started_on
            ) THEN {_REFUSE} END IF;
            RETURN NEW;
        """,  # noqa: S608 - made of our own words
    )


def comes_before_practice() -> pgtrigger.Trigger:
    """On Graduation."""
    return pgtrigger.Trigger(
        name="comes_before_practice",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM awards_commitment
                WHERE case_file_id = NEW.case_file_id AND started_on < NEW.graduated_on
            ) THEN {_REFUSE} END IF;
            RETURN NEW;
        """,  # noqa: S608 - made of our own words
    )
