"""Who is what: roles are granted per programme (product.md, « Roles »).

An applicant needs no grant: everybody who signs in may apply.
"""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    CASEWORKER = "caseworker", "Instructeur"
    HEAD = "head", "Responsable du guichet"
    COMMITTEE_MEMBER = "committee_member", "Membre de commission"
    ACCOUNTANT = "accountant", "Comptable"
    EDITOR = "editor", "Éditeur des données publiques"
    AUDITOR = "auditor", "Auditeur"
