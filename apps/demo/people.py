"""The people of the demo town: one agent of every role, and applicants who do not exist."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role

# One password for all: these people do not exist, and demo settings never serve real ones.
PASSWORD = "demo-orleans-sante"  # noqa: S105
DOMAIN = "demo.example"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A demo person: how to sign in, and what they show."""

    login: str
    first_name: str
    last_name: str
    shows: str
    grants: tuple[tuple[Role, str], ...] = ()
    is_superuser: bool = False

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


STAFF = (
    Account(
        login="agente",
        first_name="Agente",
        last_name="Démo",
        shows="instructrice, tous les dispositifs",
        grants=((Role.CASEWORKER, ""),),
    ),
    Account(
        login="agent",
        first_name="Agent",
        last_name="Démo",
        shows="instructeur, aide à l’installation",
        grants=((Role.CASEWORKER, "installation"),),
    ),
    Account(
        login="responsable",
        first_name="Responsable",
        last_name="Démo",
        shows="responsable du guichet",
        grants=((Role.HEAD, ""),),
    ),
    Account(
        login="adjoint",
        first_name="Adjoint",
        last_name="Démo",
        shows="responsable adjoint : la seconde personne d’une décision",
        grants=((Role.HEAD, ""),),
    ),
    Account(
        login="elue",
        first_name="Élue",
        last_name="Démo",
        shows="membre de commission",
        grants=((Role.COMMITTEE_MEMBER, ""),),
    ),
    Account(
        login="comptable",
        first_name="Comptable",
        last_name="Démo",
        shows="comptable",
        grants=((Role.ACCOUNTANT, ""),),
    ),
    Account(
        login="editrice",
        first_name="Éditrice",
        last_name="Démo",
        shows="éditrice des données publiques",
        grants=((Role.EDITOR, ""),),
    ),
    Account(
        login="auditeur",
        first_name="Auditeur",
        last_name="Démo",
        shows="auditeur, lecture seule",
        grants=((Role.AUDITOR, ""),),
    ),
    Account(
        login="admin",
        first_name="Administration",
        last_name="Démo",
        shows="administratrice technique",
        is_superuser=True,
    ),
)
MAIN_APPLICANT = Account(
    login="camille",
    first_name="Camille",
    last_name="Démo",
    shows="kinésithérapeute, une demande à corriger",
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
        last_name=account.last_name,
        is_fictitious=True,
        is_staff=account.is_superuser,
        is_superuser=account.is_superuser,
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    for role, programme in account.grants:
        grant_role(user=user, role=role, programme=programme)
    return user


def create_staff() -> dict[str, User]:
    """Every agent by login."""
    return {account.login: create_account(account) for account in STAFF}


def create_applicant(number: int) -> User:
    """The applicant of that rank; the first is the one that the demo page names."""
    if number == 0:
        return create_account(MAIN_APPLICANT)
    name = APPLICANT_NAMES[(number - 1) % len(APPLICANT_NAMES)]
    return create_account(
        Account(login=f"demandeur{number}", first_name=name, last_name="Démo", shows="")
    )
