from __future__ import annotations

from django import template

from apps.accounts.devices import device_name

register = template.Library()
register.filter("device_name", device_name)
