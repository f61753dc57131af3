"""At the desk: what does not go with the aid asked for, and the page where a head allows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.awards.admin.pages import draw, person, posted
from apps.awards.compatibility import Clash, staff_sentence
from apps.awards.incompatibilities import clashes_of
from apps.awards.models import IncompatibilityOverride
from apps.awards.overrides import allow_both, why_not_allow_both
from apps.casefiles.admin.pages import file_title, file_url, get_case_file
from apps.casefiles.desk import Panel, adds_panel
from apps.casefiles.enums import UNDECIDED_STATES
from apps.casefiles.models import CaseFile
from apps.casefiles.permissions import may_read_awards_of
from apps.casefiles.transitions import MoveRefusedError
from apps.core.forms import CountedTextarea


class OverrideForm(forms.Form):
    """Why the two aids go together for this file; `version` is that of the file shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Motif",
        help_text="Seul le guichet le lit. Citez le texte ou l’accord qui le permet.",
        max_length=1000,
        widget=CountedTextarea(attrs={"rows": 4}),
        error_messages={"required": "Dites pourquoi ce cumul est admis."},
    )


@dataclass(frozen=True, kw_only=True)
class ClashRow:
    """One aid that does not go with the one asked for, as the panel draws it.

    `file_url` is empty when the other file is not this person's to read. `override_url`: where a
    head allows both, empty for anybody else and when nothing is refused.
    """

    sentence: str
    source: str
    tone: str
    label: str
    override: IncompatibilityOverride | None
    file_url: str
    override_url: str


@adds_panel
def clash_panel(case_file: CaseFile, user: User) -> Panel | None:
    """Until the decision: afterwards the story tells what was lifted."""
    if case_file.state not in UNDECIDED_STATES:
        return None
    clashes = clashes_of(case_file)
    if not clashes:
        return None
    rows = _rows(case_file, clashes, user)
    return Panel(template="admin/awards/clashes.html", context={"rows": rows})


def _rows(case_file: CaseFile, clashes: Sequence[Clash], user: User) -> list[ClashRow]:
    """One query when an award met may be read, one when a rule was lifted."""
    may_allow = not why_not_allow_both(user, case_file)
    overrides = _overrides(case_file) if any(clash.rule.is_lifted for clash in clashes) else {}
    readable = _readable(clashes, user)
    rows = []
    for clash in clashes:
        page = reverse("admin:awards_incompatibility_allow", args=[case_file.pk, clash.rule.pk])
        label, tone = _chip(clash)
        rows.append(
            ClashRow(
                sentence=staff_sentence(clash),
                source=clash.rule.source,
                label=label,
                tone=tone,
                override=overrides.get(clash.rule.pk),
                file_url=_other_file(clash, readable),
                override_url=page if may_allow and clash.blocks else "",
            )
        )
    return rows


def _readable(clashes: Sequence[Clash], user: User) -> set[int]:
    """The keys of the awards met whose file this person opens at the desk: neither their own,
    nor one that a conflict hides."""
    awards = [clash.award for clash in clashes if clash.award]
    pks = [award.pk for award in awards if may_read_awards_of(user, award.programme)]
    if not pks:
        return set()
    return set(CaseFile.objects.at_desk_of(user).filter(pk__in=pks).values_list("pk", flat=True))


def _other_file(clash: Clash, readable: set[int]) -> str:
    """Where the award met is read; "" for who may not."""
    if clash.award is None or clash.award.pk not in readable:
        return ""
    return reverse("admin:casefiles_casefile_change", args=[clash.award.pk])


def _overrides(case_file: CaseFile) -> dict[int, IncompatibilityOverride]:
    """By the primary key of the rule."""
    made = case_file.incompatibility_overrides.select_related("by")
    return {override.incompatibility_id: override for override in made}


def _chip(clash: Clash) -> tuple[str, str]:
    if clash.rule.is_lifted:
        return "Admis", "ok"
    return ("Non cumulable", "no") if clash.blocks else ("À vérifier", "todo")


@require_http_methods(["GET", "HEAD", "POST"])
def allow(request: HttpRequest, pk: int, rule_pk: int) -> HttpResponse:
    """GET says what stands in the way, POST lifts it. A second click finds it done."""
    case_file = get_case_file(request, pk)
    if reason := why_not_allow_both(person(request), case_file):
        raise PermissionDenied(reason)
    clashes = [clash for clash in clashes_of(case_file) if clash.rule.pk == rule_pk]
    if not clashes:
        raise Http404("Cette règle n’empêche rien pour ce dossier.")
    if not any(clash.blocks for clash in clashes):
        messages.info(request, "Rien n’empêche plus ce cumul.")
        return redirect(file_url(case_file, "cumul"))
    form = OverrideForm(posted(request), initial={"version": case_file.version})
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            allow_both(
                case_file=case_file,
                rule=rule_pk,
                actor=person(request),
                reason=form.cleaned_data["reason"],
                expected_version=form.cleaned_data["version"],
            )
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Cumul admis pour ce dossier.")
            return redirect(file_url(case_file, "cumul"))
    context = {
        "title": "Admettre le cumul",
        "file_title": file_title(case_file),
        "case_file": case_file,
        "sentences": [staff_sentence(clash) for clash in clashes],
        "source": clashes[0].rule.source,
        "form": form,
        "reasons": reasons,
    }
    status = HTTPStatus.CONFLICT if reasons else HTTPStatus.OK
    return draw(request, "allow_both.html", context, status=status)
