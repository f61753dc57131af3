"""The people of the demo town: one agent of every role, and applicants who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role

# Nobody could take them for somebody.
LAST_NAME = "Démo"
# One password for all: these people do not exist, and demo settings never serve real ones.
PASSWORD = "demo-orleans-sante"  # noqa: S105
DOMAIN = "demo.example"


@dataclass(frozen=True)
class Account:
    """A demo person: how to sign in, and what they show."""

    login: str
    first_name: str
    role: Role | None = None
    shows: str = ""
    # Of the role; empty for all of them.
    programme: str = ""
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


STAFF = (
    Account("agente", "Agente", Role.CASEWORKER, "instructrice, tous les dispositifs"),
    Account(
        "agent", "Agent", Role.CASEWORKER, "instructeur, aide à l’installation", "installation"
    ),
    Account("responsable", "Responsable", Role.HEAD, "responsable du guichet"),
    Account("adjoint", "Adjoint", Role.HEAD, "responsable adjoint, second regard des décisions"),
    Account("elue", "Élue", Role.COMMITTEE_MEMBER, "membre de commission"),
    Account("comptable", "Comptable", Role.ACCOUNTANT, "comptable"),
    Account("editrice", "Éditrice", Role.EDITOR, "éditrice des données publiques"),
    Account("auditeur", "Auditeur", Role.AUDITOR, "auditeur, lecture seule"),
    Account("admin", "Administration", None, "administratrice technique", is_superuser=True),
)
MAIN_APPLICANT = Account("camille", "Camille", None, "kinésithérapeute, une demande à corriger")
HOST = Account("hote", "Hôte", None, "hôte, propose des logements aux étudiants")
# Who judges the projects of the running call.
JURORS = (
    Account("juree", "Jurée", Role.COMMITTEE_MEMBER, "jurée de l’appel à projets", "innovation"),
    *(
        Account(f"jure{number}", f"Juré {number}", Role.COMMITTEE_MEMBER, "", "innovation")
        for number in range(2, 7)
    ),
)
APPLICANT_NAMES = (
    *("Alix", "Andrea", "Ange", "Ariel", "Charlie", "Claude", "Dany", "Dominique", "Eden"),
    *("Élie", "Emery", "Florence", "France", "Gaby", "George", "Gwenn", "Hyacinthe", "Isa"),
    *("Jo", "Joss", "Kim", "Laurence", "Lou", "Loïs", "Maé", "Maxence", "Maxime", "Merry"),
    *("Morgan", "Nour", "Noa", "Océan", "Paule", "Prudence", "Rivka", "Sacha", "Sam", "Solal"),
    *("Stéphane", "Swann", "Timéo", "Valère", "Victoire", "Yannick"),
)


@cache
def _hashed_password() -> str:
    """Once for all: hashing is slow by design, and the password is printed anyway."""
    return make_password(PASSWORD)


def create_account(account: Account) -> User:
    """A person who may sign in at once: address verified, password known, roles granted."""
    user = User.objects.create(
        email=account.email,
        password=_hashed_password(),
        first_name=account.first_name,
        last_name=LAST_NAME,
        is_fictitious=True,
        is_staff=account.is_superuser,
        is_superuser=account.is_superuser,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    if account.role:
        grant_role(user=user, role=account.role, programme=account.programme)
    return user


def create_staff() -> dict[str, User]:
    """Every agent by login."""
    return {account.login: create_account(account) for account in STAFF}


def create_applicant(number: int) -> User:
    """The applicant of that rank; the first is the one that the demo page names."""
    if number == 0:
        return create_account(MAIN_APPLICANT)
    name = APPLICANT_NAMES[(number - 1) % len(APPLICANT_NAMES)]
    return create_account(Account(f"demandeur{number}", name))
