"""Account numbers: what is wrong with one, in words, and how one is shown. Pure.

ISO 13616 (form and modulo 97) is checked by python-stdnum, without its national rules: its list
of Belgian banks would refuse an account at a new one. A transfer of the treasury only reaches the
countries of SEPA (European Payments Council, EPC409-09).
"""

from __future__ import annotations

import re

from stdnum import iban as standard
from stdnum.exceptions import ValidationError as InvalidNumberError

# Country: length of its numbers. Overseas France has French ones.
SEPA_LENGTHS = {
    country: int(length)
    for country, length in re.findall(
        r"([A-Z]{2})(\d\d)",
        "AD24 AL28 AT20 BE16 BG22 CH21 CY28 CZ24 DE22 DK18 EE20 ES24 FI18 FR27 GB22 GI23 GR27 HR21 "
        "HU28 IE22 IS26 IT27 LI21 LT20 LU20 LV21 MC27 MD24 ME22 MK19 MT31 NL18 NO15 PL28 PT25 RO24 "
        "RS22 SE24 SI19 SK24 SM27 VA22",
    )
}
_EXAMPLE = "un IBAN français ressemble à FR76 3000 6000 0112 3456 7890 189"
# A French account number without its country: bank, branch, account, key.
_FRENCH_RIB = re.compile(r"\d{10}[0-9A-Z]{11}\d{2}")
_SPACING = re.compile(r"[\s.\-\u200b\u2010-\u2015]+")


def compact_iban(typed: str) -> str:
    """Without spaces, dots or dashes, nor « IBAN » before it, in capitals."""
    return _SPACING.sub("", typed).upper().removeprefix("IBAN").removeprefix(":")


def why_not_iban(typed: str) -> str:
    """What is wrong with an IBAN as typed, and how to put it right, in French; "" when right."""
    number = compact_iban(typed)
    if _FRENCH_RIB.fullmatch(number):
        return (
            "C’est l’ancien numéro de compte, sans le pays. "
            "Recopiez l’IBAN, écrit au-dessus sur votre RIB : il commence par FR."
        )
    if reason := _why_not_form(number):
        return reason
    country, length = number[:2], SEPA_LENGTHS[number[:2]]
    if len(number) != length:
        gap = abs(len(number) - length)
        words = f"il en manque {gap}" if len(number) < length else f"il y en a {gap} de trop"
        return (
            f"Un IBAN qui commence par {country} compte {length} caractères : "
            f"{words}. Recopiez-le depuis votre RIB."
        )
    try:
        standard.validate(number, check_country=False)
    except InvalidNumberError:
        return (
            "Cet IBAN contient une erreur : ses chiffres ne s’accordent pas entre eux. "
            "Recopiez-le depuis votre RIB, quatre caractères à la fois."
        )
    return ""


def _why_not_form(number: str) -> str:
    """What is wrong before counting: nothing typed, a stray sign, no country, one too far."""
    if not number:
        return f"Indiquez l’IBAN du compte : {_EXAMPLE}."
    if stray := re.search(r"[^0-9A-Z]", number):
        return f"Un IBAN n’a que des lettres sans accent et des chiffres : retirez « {stray[0]} »."
    if not re.match(r"[A-Z]{2}\d{2}", number):
        return f"Un IBAN commence par deux lettres, puis deux chiffres : {_EXAMPLE}."
    if number[:2] not in SEPA_LENGTHS:
        return (
            f"Un compte dont l’IBAN commence par {number[:2]} ne reçoit pas de virement européen. "
            "Donnez un compte ouvert en France ou dans un pays de l’espace SEPA."
        )
    return ""


def mask_iban(*, country: str, last4: str) -> str:
    """« FR•• •••• •••• 1234 »: all that is shown but to the accountant.

    The two check digits stay hidden: with them, four hidden characters could be computed.
    """
    return f"{country}•• •••• •••• {last4}"


def spaced_iban(number: str) -> str:
    """By fours, as banks print it."""
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))
