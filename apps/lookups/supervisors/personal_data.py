"""The register of supervisors: professionals, whom nobody looks up by an account."""

from __future__ import annotations

from apps.core.personal_data import Activity, PersonalTable, Subject, keeps_personal_data
from apps.lookups.supervisors.models import Accreditation, Supervisor
from apps.lookups.supervisors.retention import BLANKS, RULE

SUPERVISORS = Activity(
    label="Registre des maîtres de stage",
    purpose="Savoir qui peut accueillir un étudiant en stage.",
    basis="Mission d’intérêt public.",
    people="Professionnels de santé agréés.",
    readers="Les agents du guichet.",
)

keeps_personal_data(
    PersonalTable(
        model=Accreditation,
        activity=SUPERVISORS,
        subject=Subject.PERSON,
        about="supervisor__email",
        key="email",
        rule=RULE,
        deletes=True,
    ),
    PersonalTable(
        model=Supervisor,
        activity=SUPERVISORS,
        subject=Subject.PERSON,
        about="email",
        key="email",
        rule=RULE,
        hidden=("is_fictitious",),
        blanks=BLANKS,
    ),
)
