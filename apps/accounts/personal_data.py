"""What accounts keep about people."""

from __future__ import annotations

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.contrib.auth.hashers import make_password
from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from apps.accounts.models import RoleGrant, User
from apps.core.personal_data import (
    Activity,
    PersonalTable,
    Subject,
    keeps_personal_data,
    names_nobody,
)

ACCOUNTS = Activity(
    label="Comptes et connexion",
    purpose="Reconnaître la personne qui se connecte, la joindre, protéger son compte.",
    basis="Mission d’intérêt public.",
    people="Personnes qui ont un compte, agents du guichet.",
    readers="La personne, les responsables du guichet.",
)
_SECRET = "C’est un secret de connexion : le donner affaiblirait votre compte."  # noqa: S105 - words

keeps_personal_data(
    PersonalTable(
        model=User,
        activity=ACCOUNTS,
        subject=Subject.PERSON,
        about="pk",
        blanks={
            "email": Concat(Value("efface-"), Cast(F("pk"), CharField()), Value("@compte.invalid")),
            **dict.fromkeys(("first_name", "last_name", "phone"), ""),
            "password": make_password(None),
            "is_active": False,
            "last_login": None,
        },
        hidden=("password", "session_version"),
    ),
    *(
        PersonalTable(
            model=model,
            activity=ACCOUNTS,
            subject=Subject.PERSON,
            about=about,
            deletes=True,
            withheld=withheld,
            hidden=hidden,
        )
        for model, about, withheld, hidden in (
            (EmailConfirmation, "email_address__user", _SECRET, ()),
            (EmailAddress, "user", "", ()),
            (Authenticator, "user", _SECRET, ()),
            (SocialToken, "account__user", _SECRET, ()),
            (SocialAccount, "user", "", ()),
            (UserSession, "user", "", ("session_key", "data")),
            (RoleGrant, "user", "", ()),
        )
    ),
    PersonalTable(
        model=LogEntry,
        activity=ACCOUNTS,
        subject=Subject.PERSON,
        about="user",
        withheld="C’est la trace du travail d’un agent dans le guichet.",
        blanks={"object_repr": "", "change_message": ""},
    ),
)
names_nobody(
    "Droits de Django, que le portail n’emploie pas.",
    User.groups.through,
    User.user_permissions.through,
)
