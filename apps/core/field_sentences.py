"""What forms say of a wrong answer, in our words: how to put it right.

Django's own sentences name the fault only (« Sélectionnez un choix valide »), and some are of the
trade (« UUID »). They are replaced here once, for every form, the admin's included; a field may
still say something of its own. Called by CoreConfig.ready(), before any form is imported.
"""

from __future__ import annotations

from django import forms
from django.core import validators
from django.db import models

_PICK = "Cette réponse n’est pas dans la liste. Choisissez-en une autre."
_AGAIN = "Rechargez la page, puis recommencez."
_WHOLE_ADDRESS = "Écrivez l’adresse en entier, par exemple https://www.exemple.fr."
_NO_FILE = "Le fichier n’est pas arrivé. Choisissez-le de nouveau."

OF_FIELDS: dict[type[forms.Field], dict[str, str]] = {
    forms.Field: {"required": "Remplissez cette case."},
    forms.BooleanField: {"required": "Cochez cette case."},
    forms.ChoiceField: {"required": "Choisissez une réponse.", "invalid_choice": _PICK},
    forms.MultipleChoiceField: {"invalid_choice": _PICK, "invalid_list": _PICK},
    forms.ModelChoiceField: {"invalid_choice": _PICK},
    forms.ModelMultipleChoiceField: {
        "invalid_choice": _PICK,
        "invalid_list": _PICK,
        "invalid_pk_value": _PICK,
    },
    forms.IntegerField: {"invalid": "Écrivez un nombre entier, en chiffres, par exemple 4."},
    forms.FloatField: {"invalid": "Écrivez un nombre, par exemple 47,9."},
    forms.DecimalField: {"invalid": "Écrivez un nombre, par exemple 12 ou 12,50."},
    forms.DateField: {"invalid": "Écrivez une date comme 14/02/2027."},
    forms.TimeField: {"invalid": "Écrivez une heure comme 09:30."},
    forms.DateTimeField: {"invalid": "Écrivez une date et une heure, comme 14/02/2027 09:30."},
    forms.FileField: {
        "required": "Choisissez un fichier.",
        "invalid": _NO_FILE,
        "missing": _NO_FILE,
        "empty": "Ce fichier est vide. Vérifiez-le sur votre appareil, puis envoyez-le de nouveau.",
        "max_length": "Le nom de ce fichier est trop long : %(max)d signes au plus. "
        "Donnez-lui un nom plus court, puis envoyez-le de nouveau.",
        "contradiction": "Choisissez un fichier, ou cochez la case pour le retirer : pas les deux.",
    },
    forms.MultiValueField: {"invalid": _AGAIN, "incomplete": "Remplissez toutes les cases."},
    forms.URLField: {"invalid": _WHOLE_ADDRESS},
    forms.UUIDField: {"invalid": _AGAIN},
    forms.JSONField: {"invalid": _AGAIN},
}

OF_VALIDATORS: dict[type, str] = {
    validators.RegexValidator: "Vérifiez cette réponse : elle n’a pas la forme attendue.",
    validators.EmailValidator: "Cette adresse e-mail n’est pas complète, "
    "par exemple nom@exemple.fr.",
    validators.URLValidator: _WHOLE_ADDRESS,
    validators.MinValueValidator: "Écrivez un nombre d’au moins %(limit_value)s.",
    validators.MaxValueValidator: "Écrivez un nombre d’au plus %(limit_value)s.",
    validators.MinLengthValidator: "Écrivez au moins %(limit_value)d signes : "
    "il y en a %(show_value)d.",
    validators.MaxLengthValidator: "Raccourcissez : %(limit_value)d signes au plus, "
    "il y en a %(show_value)d.",
    validators.ProhibitNullCharactersValidator: "Cette réponse contient un signe illisible. "
    "Effacez-la, puis tapez-la de nouveau.",
}

OF_DECIMALS = {
    "invalid": "Écrivez un nombre, par exemple 12 ou 12,50.",
    "max_digits": "Ce nombre est trop long : %(max)s chiffres au plus.",
    "max_decimal_places": "Écrivez au plus %(max)s chiffres après la virgule.",
    "max_whole_digits": "Ce nombre est trop grand : %(max)s chiffres au plus avant la virgule.",
}


def use_our_sentences() -> None:
    """Put our sentences where Django's fields and validators look for theirs."""
    for field, sentences in OF_FIELDS.items():
        field.default_error_messages = {**field.default_error_messages, **sentences}
    for validator, sentence in OF_VALIDATORS.items():
        validator.message = sentence  # type: ignore[attr-defined] # each of them has one
    validators.DecimalValidator.messages = OF_DECIMALS
    models.Field.default_error_messages = {
        **models.Field.default_error_messages,
        "unique": "Cette valeur est déjà prise : vérifiez-la, ou modifiez la ligne qui l’a.",
        "invalid_choice": _PICK,
    }
