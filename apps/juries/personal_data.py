"""What juries keep about people: the projects that they judge, and their own interests."""

from __future__ import annotations

from apps.core.personal_data import (
    Activity,
    PersonalTable,
    erased_words,
    keeps_personal_data,
    names_nobody,
)
from apps.juries import models

JUDGING = Activity(
    label="Jury d’un appel à projets",
    purpose="Lire, noter et classer les projets ; écarter les conflits d’intérêts.",
    basis="Mission d’intérêt public.",
    people="Porteurs de projet, membres du jury.",
    readers="Le jury, les agents du dispositif.",
)
_DELIBERATION = "Les notes et les avis restent dans le jury, qui délibère à huis clos."

keeps_personal_data(
    *(
        PersonalTable(
            model=model,
            activity=JUDGING,
            about=about,
            blanks={name: erased_words(name) for name in words},
            withheld=_DELIBERATION,
        )
        for model, about, words in (
            (models.Declaration, "case_file", ("reason",)),
            (models.Assignment, "case_file", ()),
            (models.Review, "case_file", ("jury_comment", "owner_comment")),
            (models.Score, "review__case_file", ()),
            (models.RankedFile, "case_file", ("reason", "comment")),
            (models.Opinion, "case_file", ("comment",)),
        )
    )
)
names_nobody(
    "Un siège au jury ou un acte d’un agent : il ne dit rien d’un porteur de projet.",
    models.Jury,
    models.Juror,
    models.Draw,
    models.Ranking,
    models.Attendance,
)
