from __future__ import annotations

from django import forms

from apps.territory.forms import CommuneField


class FindNumberForm(forms.Form):
    """The home page's first control; /medecin-du-jour/ reads its answer."""

    q = CommuneField(
        label="Votre commune ou code postal",
        help_text="Vous obtenez le numéro à appeler pour voir un médecin aujourd’hui ou demain.",
    )
