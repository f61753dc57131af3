"""« Saisir une demande »: an agent types in what a person brings, says or sends."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods
from phonenumber_field.formfields import PhoneNumberField

from apps.accounts.models import User
from apps.accounts.roles import Role
from apps.casefiles.admin.pages import draw, person
from apps.casefiles.documents import add_documents
from apps.casefiles.drafts import open_case_file, start_case_file
from apps.casefiles.enums import GUICHET_CHANNELS, Channel
from apps.casefiles.models import CaseFile, DocumentKind
from apps.casefiles.programmes import PAPER_FORM, programmes
from apps.core import clock
from apps.core.forms import FrenchDateField
from apps.files.forms import MultipleUploadField
from apps.files.storage import store_upload

WITH_ACCOUNT, WITHOUT_ACCOUNT = "compte", "sans"
# Longer ago, the time to answer would be over before the file is read: look again.
OLDEST_DAYS = 60


class IntakeForm(forms.Form):
    """Who asks for what, how it came, and the scan of the paper form if there is one."""

    programme = forms.ChoiceField(label="Dispositif", widget=forms.RadioSelect)
    channel = forms.ChoiceField(
        label="Comment la demande arrive",
        choices=[(channel.value, channel.label) for channel in GUICHET_CHANNELS],
        widget=forms.RadioSelect({"class": "inline"}),
        error_messages={"required": "Choisissez : au guichet, par téléphone ou par courrier."},
    )
    received_on = FrenchDateField(
        label="Reçue le",
        help_text="Le délai légal part de ce jour. Pour un courrier : le jour de son arrivée.",
    )
    email = forms.EmailField(
        label="Adresse e-mail",
        help_text="Sans adresse, l’accusé de réception est imprimé et remis, ou envoyé par la "
        "poste.",
        required=False,
    )
    account = forms.ChoiceField(
        label="Cette adresse est celle d’un compte",
        help_text="Rattachée, la demande se suit dans l’espace de la personne. "
        "Vérifiez qu’il s’agit bien d’elle.",
        widget=forms.RadioSelect,
        required=False,
    )
    first_name = forms.CharField(label="Prénom", max_length=150)
    last_name = forms.CharField(label="Nom", max_length=150)
    phone = PhoneNumberField(label="Téléphone", region="FR", required=False)
    postal_address = forms.CharField(
        label="Adresse postale", max_length=500, widget=forms.Textarea({"rows": 3})
    )
    scan = MultipleUploadField(label="Formulaire papier numérisé", required=False)

    def __init__(self, data: Any, files: Any, *, agent: User, today: date) -> None:
        super().__init__(data, files, initial={"received_on": today})
        self.agent, self.today = agent, today
        open_to_agent = open_programmes(agent)
        programme: Any = self.fields["programme"]
        programme.choices = open_to_agent
        if len(open_to_agent) == 1:
            self.initial["programme"] = open_to_agent[0][0]
        self.known: User | None = None
        self._offer_account()

    def _offer_account(self) -> None:
        """The question is asked only when the address typed belongs to somebody."""
        typed = str(self.data.get("email", "")).strip().lower() if self.is_bound else ""
        self.known = User.objects.filter(email=typed, is_active=True).first() if typed else None
        if self.known is None:
            del self.fields["account"]
            return
        account: Any = self.fields["account"]
        account.required = True
        account.error_messages["required"] = (
            f"Un compte existe à cette adresse, au nom de {self.known}. "
            "Choisissez si la demande lui est rattachée."
        )
        account.choices = [
            (WITH_ACCOUNT, f"Rattacher au compte de {self.known}"),
            (WITHOUT_ACCOUNT, "Ne pas rattacher"),
        ]

    def clean_received_on(self) -> date:
        day: date = self.cleaned_data["received_on"]
        if day > self.today:
            raise ValidationError("La demande est déjà reçue : indiquez un jour passé, ou ce jour.")
        if (self.today - day).days > OLDEST_DAYS:
            raise ValidationError(f"C’était il y a plus de {OLDEST_DAYS} jours : vérifiez la date.")
        return day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        applicant = self.applicant
        if applicant == self.agent:
            self.add_error("email", "Un agent ne saisit pas sa propre demande.")
        programme = programmes.get(cleaned.get("programme", ""))
        received_at = self.received_at if cleaned.get("received_on") else clock.now()
        if programme and (reason := programme.why_not_start(received_at)):
            self.add_error("programme", reason)
        if programme and applicant and applicant != self.agent:
            existing = open_case_file(programme.slug, applicant, programme.campaign(received_at))
            if existing is not None:
                self.add_error(
                    "account",
                    f"{applicant} a déjà une demande en cours pour ce dispositif : "
                    f"{existing.reference}.",
                )
        return cleaned

    @property
    def applicant(self) -> User | None:
        """The account to which the request is tied, if any."""
        is_tied = self.cleaned_data.get("account") == WITH_ACCOUNT
        return self.known if is_tied else None

    @property
    def identity(self) -> dict[str, str]:
        names = ("first_name", "last_name", "email", "phone", "postal_address")
        return {name: self.cleaned_data[name] for name in names}

    @property
    def received_at(self) -> datetime:
        """Now, or noon in Paris of an earlier day: the hour of a letter is not known."""
        day: date = self.cleaned_data["received_on"]
        if day == self.today:
            return clock.now()
        return datetime.combine(day, time(12), tzinfo=clock.PARIS)


def open_programmes(agent: User) -> list[tuple[str, str]]:
    """The programmes for which this agent may type a request in."""
    scope = None if agent.is_superuser else agent.programmes_for(Role.CASEWORKER, Role.HEAD)
    return [(slug, label) for slug, label in programmes.choices() if scope is None or slug in scope]


@require_http_methods(["GET", "HEAD", "POST"])
def type_in(request: HttpRequest) -> HttpResponse:
    """Start the file, attach the scan, then go on with the same pages as the applicant's."""
    is_post = request.method == "POST"
    form = IntakeForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        agent=person(request),
        today=clock.today(),
    )
    if is_post and form.is_valid():
        case_file = _start(form, person(request))
        messages.success(
            request,
            f"Dossier {case_file.reference} commencé. Il reste à le remplir et à l’envoyer.",
        )
        for refusal in form.cleaned_data["scan"].refusals:
            messages.warning(request, f"Fichier non gardé. {refusal}")
        return redirect("casefiles:case_file", case_file.reference)
    return draw(request, "intake.html", {"title": "Saisir une demande", "form": form})


def _start(form: IntakeForm, agent: User) -> CaseFile:
    case_file = start_case_file(
        programme=form.cleaned_data["programme"],
        applicant=form.applicant,
        filed_by=agent,
        channel=Channel(form.cleaned_data["channel"]),
        identity=form.identity,
        at=form.received_at,
    )
    if scan := form.cleaned_data["scan"]:
        now = clock.now()
        add_documents(
            case_file=case_file,
            kind=DocumentKind.objects.get(programme=case_file.programme, condition=PAPER_FORM),
            files=[store_upload(item, uploaded_by=agent, at=now) for item in scan.accepted],
            by=agent,
            at=now,
        )
    return case_file
