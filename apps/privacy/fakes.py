"""What replaces what people wrote, in a copy made for tests: French to the eye, true of nobody.

The same value becomes the same fake one in every table, by a digest with a salt that is thrown
away: the copy holds together, and nothing leads back. Numbers are from the ranges that ARCEP keeps
for fiction (decision 2018-0881), addresses from a domain reserved for examples (RFC 2606).
"""

from __future__ import annotations

FIRST_NAMES = (
    *("Adèle", "Basile", "Camille", "Diane", "Émile", "Faustine", "Gaspard", "Hélène", "Ilan"),
    *("Jeanne", "Karim", "Louise", "Maxime", "Nadia", "Octave", "Pauline", "Quentin", "Rose"),
    *("Samuel", "Thaïs", "Ulysse", "Valentine", "William", "Yasmine", "Zoé"),
)
LAST_NAMES = (
    *("Aubépine", "Bouleau", "Cerisier", "Églantier", "Fougère", "Genêt", "Houx", "Iris"),
    *("Jasmin", "Lavande", "Mimosa", "Noisetier", "Olivier", "Pivoine", "Romarin", "Sureau"),
    *("Tilleul", "Verveine", "Acacia", "Bruyère", "Camélia", "Dahlia", "Jonquille", "Glycine"),
)
STREETS = ("rue des Essais", "avenue de la Recette", "place de l’Exemple", "chemin du Bac à sable")
WORDS = "Texte anonymisé"
# « 06 39 98 xx xx »
_FICTION_PREFIX = "+3363998"
_DOMAIN = "exemple.example"


def number_sql(value: str) -> str:
    """A whole number drawn from a value, with the salt that the run set for its transaction."""
    digest = f"sha256(convert_to(current_setting('privacy.salt') || lower({value}), 'UTF8'))"
    return f"('x' || encode({digest}, 'hex'))::bit(48)::bigint"


def _pick(words: tuple[str, ...], number: str) -> str:
    quoted = ", ".join(f"'{word}'" for word in words)
    return f"(ARRAY[{quoted}])[1 + mod({number}, {len(words)})]"


def first_name_sql(value: str) -> str:
    return _pick(FIRST_NAMES, number_sql(value))


def last_name_sql(value: str) -> str:
    return _pick(LAST_NAMES, number_sql(value))


def full_name_sql(value: str) -> str:
    number = number_sql(value)
    return f"{_pick(FIRST_NAMES, number)} || ' ' || {_pick(LAST_NAMES, number + ' / 100')}"


def email_sql(value: str) -> str:
    return f"'p' || {number_sql(value)}::text || '@{_DOMAIN}'"


def phone_sql(value: str) -> str:
    return f"'{_FICTION_PREFIX}' || lpad(mod({number_sql(value)}, 10000)::text, 4, '0')"


def address_sql(value: str) -> str:
    number = number_sql(value)
    return f"(1 + mod({number}, 99))::text || ' ' || {_pick(STREETS, number)} || ', 45000 Orléans'"


def words_sql(value: str) -> str:
    return f"'{WORDS}'"
