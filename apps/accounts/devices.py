"""A device as people name it, from what its browser says of itself. Pure."""

from __future__ import annotations

# First match wins: Edge and Opera also say Chrome, and Chrome also says Safari.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "un iPhone"),
    ("iPad", "un iPad"),
    ("Android", "un appareil Android"),
    ("Windows", "un ordinateur Windows"),
    ("Macintosh", "un Mac"),
    ("CrOS", "un Chromebook"),
    ("Linux", "un ordinateur Linux"),
)


def device_name(user_agent: str) -> str:
    """« Firefox sur un ordinateur Windows »; « un navigateur inconnu » when it does not say."""
    browser = _first(_BROWSERS, user_agent) or "un navigateur inconnu"
    system = _first(_SYSTEMS, user_agent)
    return f"{browser} sur {system}" if system else browser


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
