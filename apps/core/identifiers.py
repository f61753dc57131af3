"""Case-file references, and checks of the identifiers people type. Pure: no ORM.

The check character of a reference is ISO 7064 MOD 37,36 (python-stdnum). It catches every single
wrong character. Of two different neighbours swapped, it misses one pair in 630, which pair hanging
on what precedes, and always of characters that follow each other in 0-9A-Z (Z then 0 included):
INS-2026-00780-5 and INS-2026-00870-5 are both references.
"""

from __future__ import annotations

import re

from stdnum import luhn
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.iso7064 import mod_37_36

_REFERENCE = re.compile(r"^([A-Z]{3})-?([0-9]{4})-?([0-9]{5,})-?([0-9A-Z])$")


def make_reference(prefix: str, year: int, number: int) -> str:
    """Reference such as INS-2026-00042-X; the last character is the check character."""
    body = f"{prefix}{year:04d}{number:05d}"
    return f"{prefix}-{year:04d}-{number:05d}-{mod_37_36.calc_check_digit(body)}"


def normalise_reference(typed: str) -> str | None:
    """The reference as we print it, or None when `typed` is not one.

    Case, spaces and missing hyphens are forgiven; a wrong check character is not.
    """
    match = _REFERENCE.match(re.sub(r"\s", "", typed).upper().replace("\u2011", "-"))
    if not match or not mod_37_36.is_valid("".join(match.groups())):
        return None
    return "-".join(match.groups())


def why_not_rpps(typed: str) -> str:
    """Reason why `typed` does not look like an RPPS number, or an empty string.

    A warning, never a block: the ANS documentation itself prints the number 10001766123,
    whose check digit is wrong.
    """
    digits = re.sub(r"\s", "", typed)
    if not re.fullmatch(r"[0-9]{11}", digits):
        return "Un numéro RPPS compte 11 chiffres."
    try:
        luhn.validate(digits)
    except StdnumError:
        return "La clé de contrôle de ce numéro RPPS est inhabituelle : vérifiez-le."
    return ""
