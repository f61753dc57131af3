"""The kinds of e-mail: each app registers its own, in its apps.py: ready().

    register_email_kind(
        slug="dossier-recu", label="Accusé de réception", folder="casefiles/email"
    )

Three templates go with it, below templates/: <folder>/<slug>.subject.txt, .txt and .html.
A system check (checks.py) names the missing ones. A kind without folder has none: another
package finds its words (allauth).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Of the messages that Django and its packages send by themselves: sign-in codes, mostly.
DEFAULT_KIND = "compte"


@dataclass(frozen=True, kw_only=True)
class EmailKind:
    slug: str
    label: str
    folder: str = ""
    is_sensitive: bool = False

    def template(self, ending: str) -> str:
        """« casefiles/email/dossier-recu.txt » for the ending « txt »."""
        return f"{self.folder}/{self.slug}.{ending}"


_kinds: dict[str, EmailKind] = {}


def register_email_kind(
    *, slug: str, label: str, folder: str = "", is_sensitive: bool = False
) -> None:
    """Make `slug` known. `is_sensitive`: its body is erased once delivered (codes).

    Raises ValueError when another app took that slug.
    """
    kind = EmailKind(slug=slug, label=label, folder=folder, is_sensitive=is_sensitive)
    if _kinds.setdefault(slug, kind) != kind:
        raise ValueError(f"The e-mail kind {slug!r} is registered twice.")


def email_kind(slug: str) -> EmailKind:
    """Raises LookupError, with the known kinds, for an unknown one."""
    try:
        return _kinds[slug]
    except KeyError:
        known = ", ".join(sorted(_kinds))
        raise LookupError(f"Unknown e-mail kind {slug!r}; known: {known}.") from None


def email_kinds() -> Iterable[EmailKind]:
    return _kinds.values()


def kind_label(slug: str) -> str:
    """French label of a kind; its slug when the kind is no longer registered."""
    return _kinds[slug].label if slug in _kinds else slug
