"""Who is what: roles are granted per programme (product.md, « Roles »).

An applicant needs no grant: everybody who signs in may apply, and sees only their own files.
A holder of any of these roles is staff (`User.is_staff`) and gives a second factor.
What each role may do to a case file is in casefiles.permissions; here, what each one is.
"""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    # Reviews files of their programmes, asks for what is missing, proposes a decision.
    CASEWORKER = "caseworker", "Instructeur"
    # Answers for the guichet: schedules, records decisions, never on their own proposal; gives
    # roles to others for the programmes they head.
    HEAD = "head", "Responsable du guichet"
    # Elected member or juror: reads the files of the sessions they sit in.
    COMMITTEE_MEMBER = "committee_member", "Membre de commission"
    # Records payments and what has to be paid back.
    ACCOUNTANT = "accountant", "Comptable"
    # Keeps the public data: same-day lines, communes, figures. No case file.
    EDITOR = "editor", "Éditeur des données publiques"
    # Reads everything of their programmes, changes nothing.
    AUDITOR = "auditor", "Auditeur"
