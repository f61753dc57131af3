"""The one way forms are drawn: templates/django/forms/ (field, errors, summary)."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class PortalFormRenderer(TemplatesSetting):
    """Look for form templates in the project first, then in Django's own."""
