"""What stored files keep about people: each is given and erased with the row that points to it."""

from __future__ import annotations

from apps.core.personal_data import Activity, PersonalTable, Subject, keeps_personal_data
from apps.files.models import StoredFile

FILES = Activity(
    label="Fichiers déposés",
    purpose="Garder les pièces que les personnes envoient et les courriers du guichet.",
    basis="Mission d’intérêt public.",
    people="Personnes qui ont fait une demande.",
    readers="La personne, les agents qui suivent son dossier.",
)

keeps_personal_data(
    PersonalTable(
        model=StoredFile,
        activity=FILES,
        subject=Subject.PERSON,
        about="uploaded_by",
        rule="files.orphans",
        endless="Un fichier part avec la ligne qui le montre.",
        blanks={"uploaded_by": None},
        hidden=("file", "scan_status", "threat", "page_count"),
    ),
)
