"""People: applicants and staff share one user model; an e-mail address is the login."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar, NamedTuple

import pghistory
from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField

from apps.accounts.roles import Role


class Rights(NamedTuple):
    """What `User.rights` says; `grants` are (role, programme) pairs."""

    is_staff: bool
    is_superuser: bool
    grants: tuple[tuple[str, str], ...]


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user whose password is unusable when none is given (sign-in by code)."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


# History of who someone is and what they may do; never of secrets (password, last sign-in).
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    model_name="UserEvent",
    fields=[
        *("email", "first_name", "last_name", "phone"),
        *("is_active", "is_staff", "is_superuser"),
    ],
)
class User(AbstractUser):
    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    phone = PhoneNumberField("téléphone", blank=True, region="FR")
    session_version = models.PositiveIntegerField(default=0, editable=False)
    is_fictitious = models.BooleanField(
        "personne fictive", default=False, help_text="Personne de la démonstration."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    # Set by accounts.middleware when the session lacks the second factor that staff must give.
    roles_suspended = False

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        indexes = tuple(
            # The guichet's search is UPPER(x) LIKE UPPER(…), in each of the three.
            GinIndex(OpClass(Upper(name), "gin_trgm_ops"), name=f"user_{name}_trigram")
            for name in ("email", "first_name", "last_name")
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message="L’adresse e-mail s’écrit en minuscules.",
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def get_session_auth_hash(self) -> str:
        """What a session must carry to stay valid: changes with the password and at each
        sign-out everywhere (accounts.sessions.end_sessions)."""
        return f"{super().get_session_auth_hash()}.{self.session_version}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for fallback_hash in super().get_session_auth_fallback_hash():
            yield f"{fallback_hash}.{self.session_version}"

    @cached_property
    def rpps(self) -> str:
        """RPPS number that Pro Santé Connect vouches for; empty without it. Never typed."""
        accounts = self.socialaccount_set.filter(provider="prosanteconnect")  # type: ignore[attr-defined]
        return next((account.extra_data.get("rpps", "") for account in accounts), "")

    @cached_property
    def _grants(self) -> tuple[tuple[str, str], ...]:
        """(role, programme) pairs, read once per instance: one query a request."""
        return tuple(self.role_grants.values_list("role", "programme"))

    @property
    def _active_grants(self) -> tuple[tuple[str, str], ...]:
        return self._grants if self.is_active and not self.roles_suspended else ()

    def forget_grants(self) -> None:
        """Read the grants anew at the next question."""
        self.__dict__.pop("_grants", None)

    @property
    def rights(self) -> Rights:
        """All that decides which rows this person may read, but for who they are."""
        return Rights(
            is_staff=self.is_staff,
            is_superuser=self.is_superuser,
            grants=self._active_grants,
        )

    @classmethod
    def with_rights(cls, pk: int, rights: Rights) -> User:
        """Somebody who is only asked about, to build a query that serves whoever has `rights`."""
        person = cls(pk=pk, is_staff=rights.is_staff, is_superuser=rights.is_superuser)
        person.__dict__["_grants"] = rights.grants
        return person

    def has_role(self, *roles: Role, programme: str | None = None) -> bool:
        """Whether one of `roles` is granted, for `programme` or (None) for any of them."""
        return any(
            role in roles and (programme is None or scope in ("", programme))
            for role, scope in self._active_grants
        )

    def programmes_for(self, *roles: Role) -> Iterable[str] | None:
        """Slugs of the programmes where one of `roles` is held; None means all of them."""
        scopes = {scope for role, scope in self._active_grants if role in roles}
        return None if "" in scopes else scopes


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class RoleGrant(models.Model):
    """Written by accounts.grants only, which keeps `is_staff` and the sessions in line."""

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_grants", verbose_name="personne"
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    programme = models.CharField(
        "dispositif", max_length=40, blank=True, help_text="Vide : tous les dispositifs."
    )

    class Meta:
        verbose_name = "droit"
        verbose_name_plural = "droits"
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "programme"), name="role_grant_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} : {self.get_role_display()} ({self.programme or 'tous'})"
