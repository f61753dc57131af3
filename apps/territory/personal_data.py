"""Communes: the address of a town hall is nobody's."""

from apps.core.personal_data import names_nobody
from apps.territory.models import Commune

names_nobody("Coordonnées publiques des mairies.", Commune)
