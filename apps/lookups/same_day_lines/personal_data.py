"""Same-day lines: a number that everybody may call is nobody's."""

from apps.core.personal_data import names_nobody
from apps.lookups.same_day_lines.models import Line

names_nobody("Des numéros publics, vérifiés par un agent.", Line)
