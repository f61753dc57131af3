"""Every answer of a proposal in words, page by page."""

from __future__ import annotations

from typing import Any

from apps.casefiles.task_list import Answer
from apps.core.money import format_euros
from apps.programmes.innovation.budget import Budget
from apps.programmes.innovation.choices import QuestionKind
from apps.programmes.innovation.forms import needs_contract
from apps.programmes.innovation.models import ProposalDetail
from apps.programmes.innovation.questions import QuestionFact


def all_answers(detail: ProposalDetail) -> list[Answer]:
    values = {
        "organisme.owner_kind": ("Porteur du projet", detail.get_owner_kind_display()),
        "organisme.organisation": ("Nom de l’organisme", detail.organisation),
        "organisme.siret": ("SIRET", detail.siret),
        "organisme.rna": ("Numéro RNA", detail.rna),
        "contacts.legal_name": ("Représentant légal", detail.legal_name),
        "contacts.legal_role": ("Sa fonction", detail.legal_role),
        "contacts.contact_name": ("Personne à contacter", detail.contact_name),
        "contacts.contact_email": ("Son adresse e-mail", detail.contact_email),
        "contacts.contact_phone": (
            "Son téléphone",
            detail.contact_phone.as_national if detail.contact_phone else "",
        ),
        "projet.title": ("Titre du projet", detail.title),
        "projet.theme": ("Thème", str(detail.theme or "")),
        "projet.summary": ("Résumé", detail.summary),
        "projet.place": ("Où se déroule le projet", detail.place),
        "projet.serves_loiret": ("Au bénéfice des habitants du Loiret", _yes_no(detail)),
    }
    answers = [Answer(key=key, label=label, value=value) for key, (label, value) in values.items()]
    answers += [_question(fact, detail) for fact in _facts(detail)]
    answers += [
        Answer(
            key="budget.duration_years",
            label="Durée du projet",
            value=duration_label(detail.duration_years),
        ),
        Answer(key="budget.budget", label="Budget", value=budget_words(detail.budget)),
    ]
    if needs_contract(detail):
        said = {True: "Souscrit", False: "Non souscrit", None: ""}[detail.has_contract]
        label = "Contrat d’engagement républicain"
        answers.append(Answer(key="engagement.has_contract", label=label, value=said))
    return answers


def duration_label(years: int | None) -> str:
    return "" if years is None else f"{years} an{'s' if years > 1 else ''}"


def budget_words(budget: Budget | None) -> str:
    """The whole budget in sentences: for « Vérifier et envoyer », the desk and corrections."""
    if budget is None:
        return ""
    lines = [
        f"{row.label} : {' + '.join(format_euros(year) for year in row.amounts[: budget.years])}"
        for row in (*budget.expenses, *budget.funding)
    ]
    share = budget.share_asked
    asked = f"Aide demandée : {format_euros(budget.total_asked)}"
    if share is not None:
        asked += f", soit {share * 100:.1f}\u00a0% du coût".replace(".", ",")
    return "\n".join(
        [*lines, f"Coût du projet : {format_euros(budget.total_cost)}", asked],
    )


def _facts(detail: ProposalDetail) -> tuple[QuestionFact, ...]:
    return detail.question_set.facts if detail.question_set else ()


def _question(fact: QuestionFact, detail: ProposalDetail) -> Answer:
    return Answer(
        key=f"questions.{fact.name}",
        label=fact.label,
        value=_in_words(fact, detail.answers.get(fact.name)),
    )


def _in_words(fact: QuestionFact, value: Any) -> str:
    if value in (None, ""):
        return ""
    if fact.kind == QuestionKind.BUDGET:
        return "\n".join(f"{row['label']} : {' ; '.join(row['amounts'])}" for row in value)
    return str(value)


def _yes_no(detail: ProposalDetail) -> str:
    return {True: "Oui", False: "Non", None: ""}[detail.serves_loiret]
