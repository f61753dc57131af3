"""What this app itself keeps about people."""

from __future__ import annotations

from apps.core.personal_data import (
    Activity,
    PersonalTable,
    Subject,
    erased_words,
    keeps_personal_data,
)
from apps.privacy.models import DataPack, ErasureRequest, RetentionNotice

RIGHTS = Activity(
    label="Exercice des droits",
    purpose="Donner une copie de ses données à la personne, effacer ce qui peut l’être.",
    basis="Obligation légale (RGPD, articles 15 à 17).",
    people="Personnes qui ont un compte.",
    readers="La personne, les responsables du guichet.",
)

keeps_personal_data(
    PersonalTable(
        model=DataPack,
        activity=RIGHTS,
        subject=Subject.PERSON,
        about="user",
        deletes=True,
        hidden=("file",),
    ),
    PersonalTable(
        model=ErasureRequest,
        activity=RIGHTS,
        subject=Subject.PERSON,
        about="user",
        blanks={"message": erased_words("message"), "answer": erased_words("answer")},
        hidden=("handled_by",),
    ),
    PersonalTable(model=RetentionNotice, activity=RIGHTS, about="case_file", deletes=True),
    PersonalTable(
        model=RetentionNotice,
        activity=RIGHTS,
        subject=Subject.PERSON,
        about="user",
        deletes=True,
        endless="Il annonce la fin d’un compte, et part avec lui.",
    ),
)
