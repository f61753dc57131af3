"""People. An address is verified from the start, as after signing up with a code."""

from __future__ import annotations

from typing import Any

import factory
from allauth.account.models import EmailAddress

from apps.accounts.grants import grant_role
from apps.accounts.models import User
from apps.accounts.roles import Role


class UserFactory(factory.django.DjangoModelFactory[User]):
    """A person who signs in by code; `grants=[(role, programme)]` makes them staff."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    first_name = "Camille"
    last_name = factory.Sequence(lambda number: f"Dupont {number}")
    email = factory.Sequence(lambda number: f"personne{number}@exemple.fr")

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        grants = kwargs.pop("grants", ())
        user: User = model_class.objects.create_user(*args, **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        for role, programme in grants:
            grant_role(user=user, role=Role(role), programme=programme)
        return user
