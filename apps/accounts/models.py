"""People: applicants and staff share one user model; an e-mail address is the login."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from phonenumber_field.modelfields import PhoneNumberField

from apps.accounts.roles import Role


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


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse e-mail", unique=True)
    first_name = models.CharField("prénom", max_length=150, blank=True)
    last_name = models.CharField("nom", max_length=150, blank=True)
    phone = PhoneNumberField("téléphone", blank=True, region="FR")
    is_fictitious = models.BooleanField(
        "personne fictive", default=False, help_text="Personne de la démonstration."
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "personne"
        verbose_name_plural = "personnes"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message="L’adresse e-mail s’écrit en minuscules.",
            ),
        )

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @cached_property
    def _grants(self) -> tuple[tuple[str, str], ...]:
        """(role, programme) pairs, read once per instance: one query a request."""
        return tuple(self.role_grants.values_list("role", "programme"))

    def has_role(self, *roles: Role, programme: str | None = None) -> bool:
        """Whether one of `roles` is granted, for `programme` or (None) for any of them."""
        return self.is_active and any(
            role in roles and (programme is None or scope in ("", programme))
            for role, scope in self._grants
        )

    def programmes_for(self, *roles: Role) -> Iterable[str] | None:
        """Slugs of the programmes where one of `roles` is held; None means all of them."""
        scopes = {scope for role, scope in self._grants if role in roles}
        return None if "" in scopes else scopes


class RoleGrant(models.Model):
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="role_grants", verbose_name="personne"
    )
    role = models.CharField("rôle", max_length=20, choices=Role.choices)
    programme = models.CharField(
        "dispositif", max_length=40, blank=True, help_text="Vide : tous les dispositifs."
    )

    class Meta:
        verbose_name = "droit"
        verbose_name_plural = "droits"
        constraints = (
            models.UniqueConstraint(fields=("user", "role", "programme"), name="role_grant_unique"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="role_known"),
        )

    def __str__(self) -> str:
        return f"{self.user} : {self.get_role_display()} ({self.programme or 'tous'})"
