"""The ranking at the desk, one file of it, and its sheet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.casefiles.looks import record_export
from apps.casefiles.models import CaseFile
from apps.casefiles.transitions import MoveRefusedError
from apps.core import sheets
from apps.core.forms import retyped
from apps.core.money import format_euros
from apps.core.throttles import limited
from apps.juries.admin.forms import OpinionForm
from apps.juries.admin.pages import back_to, draw, get_jury, person, posted
from apps.juries.files import files_before, with_detail
from apps.juries.models import Assignment, Jury, Opinion, Review
from apps.juries.money import scenarios_of
from apps.juries.opinions import StaleOpinionError, write_opinion
from apps.juries.permissions import is_jury_open, why_not_keep_minutes, why_not_manage_jury
from apps.juries.programmes import judged
from apps.juries.scoring import Order, Standing
from apps.juries.table import RankedRow, ranking_table

# As the address says them: the order, and its words.
ORDERS: dict[str, tuple[Order, str]] = {
    "moyenne": ("mean", "Moyenne"),
    "mediane": ("median", "Médiane"),
    "ecart": ("z", "Écart aux habitudes"),
}
_HEADINGS = (
    *("Rang", "Dossier", "Projet", "Porteur", "Thème", "Demandé"),
    *("Moyenne", "Médiane", "Dispersion", "Écart aux habitudes"),
    *("Lectures", "Abstentions", "Manquantes"),
)


def chosen_order(request: HttpRequest) -> str:
    """The order that the address asks for, by its word there."""
    asked = request.GET.get("ordre", "")
    return asked if asked in ORDERS else "moyenne"


@require_safe
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """Every file with its marks, ranked by mean, median or z-score."""
    jury = get_jury(request, pk)
    user, chosen = person(request), chosen_order(request)
    rows = ranking_table(jury, user, order=ORDERS[chosen][0])
    context = {
        "title": "Classement",
        "jury": jury,
        "count": len(rows),
        "body": _body(rows),
        "orders": [(key, words) for key, (_, words) in ORDERS.items()],
        "chosen": chosen,
        "scenarios": scenarios_of(jury, user),
        "is_manager": not why_not_manage_jury(user, jury.campaign.programme),
    }
    return draw(request, "ranking.html", context)


def _body(rows: Sequence[RankedRow]) -> SafeString:
    """The lines of the table: drawn cell by cell in a template, 500 of them take 180 ms."""
    return format_html_join(
        "\n",
        '<tr><td class="num">{}</td>'
        '<th scope="row"><a class="num" href="../dossiers/{}/">{}</a></th>'
        '<td>{}<br><span class="soft">{}</span></td><td class="num">{}</td><td class="num">{}</td>'
        '<td class="num">{}</td><td class="num">{}</td><td class="num">{}</td><td>{}</td></tr>',
        (
            (
                row.standing.rank or "–",
                *(row.case_file.pk, row.case_file.reference, row.title, row.organisation),
                format_euros(row.asked) if row.asked is not None else "",
                *map(sheets.number, (row.standing.mean, row.standing.median)),
                *map(sheets.number, (row.standing.spread, row.standing.z)),
                _readings(row.standing),
            )
            for row in rows
        ),
    )


def _readings(found: Standing) -> str:
    """« 3, 1 abst., manque 2 »"""
    words = str(found.marks)
    if found.abstentions:
        words += f", {found.abstentions} abst."
    if found.missing:
        words = format_html('{}, <span class="late">manque {}</span>', words, found.missing)
    return words


@require_safe
@limited("export")
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a sheet; who took it is kept."""
    jury = get_jury(request, pk)
    order = ORDERS[chosen_order(request)][0]
    rows = [_cells(row) for row in ranking_table(jury, person(request), order=order)]
    record_export(person(request), f"Classement du jury : {jury.campaign.label}", rows=len(rows))
    return sheets.answer([_HEADINGS, *rows], name=f"classement-{slugify(jury.campaign.label)}.csv")


def _cells(row: RankedRow) -> Sequence[Any]:
    found = row.standing
    return (
        found.rank or "",
        row.case_file.reference,
        *(sheets.safe(words) for words in (row.title, row.organisation, row.theme)),
        *map(sheets.number, (row.asked, found.mean, found.median, found.spread, found.z)),
        *(found.marks, found.abstentions, found.missing),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponse:
    """What jurors said of one file, and the jury's own words."""
    jury = get_jury(request, pk)
    user = person(request)
    programme = judged(jury.campaign)
    case_file = get_object_or_404(with_detail(files_before(jury, user), programme.slug), pk=file_pk)
    opinion = Opinion.objects.filter(case_file=case_file).first()
    version = opinion.version if opinion else 0
    kept = {"version": version, "comment": opinion.comment if opinion else ""}
    form = OpinionForm(posted(request), initial=kept)
    reasons: Sequence[str] = ()
    if request.method == "POST" and form.is_valid():
        try:
            write_opinion(
                jury=jury,
                case_file=case_file,
                comment=form.cleaned_data["comment"],
                actor=user,
                expected_version=form.cleaned_data["version"],
            )
        except StaleOpinionError as refusal:
            reasons = refusal.reasons
            form.data = retyped(request.POST, version=str(version))
        except MoveRefusedError as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, "Avis enregistré.")
            return back_to(jury, "file", case_file.pk)
    context = {
        "title": programme.title_of(case_file),
        "jury": jury,
        "case_file": case_file,
        "organisation": programme.organisation_of(case_file),
        **_reviews_of(jury, case_file, user),
        "form": form,
        "is_open": is_jury_open(jury),
        "is_writer": not why_not_keep_minutes(user, jury.campaign.programme),
        "is_manager": not why_not_manage_jury(user, jury.campaign.programme),
        "opinion": opinion,
    }
    return draw(request, "file.html", context, reasons=reasons)


def _reviews_of(jury: Jury, case_file: CaseFile, user: User) -> dict[str, Any]:
    """The reviews that were given, and the readings still awaited."""
    reviews = (
        Review.objects.visible_to(user)
        .final()
        .filter(case_file=case_file, juror__jury=jury)
        .select_related("juror__user")
        .prefetch_related("scores__criterion")
    )
    asked = Assignment.objects.visible_to(user).filter(case_file=case_file)
    waiting = asked.exclude(juror__in=reviews.values("juror"))
    return {"reviews": reviews, "waiting": waiting.select_related("juror__user")}
