"""SIRET and RNA, as people type them. Pure: no ORM."""

from __future__ import annotations

import re

from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siret

SIRET_LENGTH = 14

_RNA = re.compile(r"W\d[A-Z0-9]\d{7}")
_SEPARATORS = re.compile(r"[\s.\u00a0-]")


def clean_siret(typed: str) -> str:
    return _SEPARATORS.sub("", typed)


def why_not_siret(number: str) -> str:
    """Why these digits are no SIRET, in French; "" when they are.

    The key is Luhn's, on the SIRET and on the SIREN it begins with. La Poste's 356 000 000 are
    the exception: their digits add up to a multiple of five (stdnum.fr.siret).
    """
    if not re.fullmatch(r"\d{14}", number):
        return "Un SIRET compte 14 chiffres. Il figure sur l’avis de situation de l’Insee."
    try:
        siret.validate(number)
    except StdnumError:
        return (
            "La clé de contrôle de ce SIRET est fausse : un chiffre est sans doute mal tapé. S’il "
            "est juste, écrivez au guichet, qui peut l’accepter."
        )
    return ""


def clean_rna(typed: str) -> str:
    return _SEPARATORS.sub("", typed).upper()


def why_not_rna(number: str) -> str:
    """Why this is no number of the register of associations; its key is not published."""
    if _RNA.fullmatch(number):
        return ""
    return "Un numéro RNA s’écrit W suivi de neuf chiffres, par exemple W452000000."
