from importlib import import_module

from django.apps import AppConfig

from apps.notifications.registry import register_email_kind

# Templates: templates/awards/email/<slug>.{subject.txt,txt,html}.
_EMAILS: tuple[tuple[str, str], ...] = (
    ("agreement-sent", "Convention à signer"),
    ("agreement-refused", "Convention à signer de nouveau"),
    ("bank-details-recorded", "Coordonnées bancaires enregistrées"),
    ("awards-attestation", "Présence à confirmer"),
    ("awards-attestation-code", "Code pour confirmer une présence"),
    ("awards-attestation-settled", "Montant d’un mois fixé"),
    ("payment-proof-asked", "Justificatif demandé"),
    ("payment-proof-reminder", "Rappel d’un justificatif"),
    ("payment-proof-refused", "Justificatif à remplacer"),
    ("payment-made", "Versement fait"),
    ("renewal-opened", "Renouvellement ouvert"),
    ("renewal-reminder", "Rappel de renouvellement"),
    ("renewal-received", "Renouvellement reçu"),
    ("renewal-returned", "Renouvellement à compléter"),
    ("renewal-decided", "Renouvellement décidé"),
    ("commitment-proof-asked", "Justificatif d’exercice demandé"),
    ("commitment-proof-late", "Justificatif d’exercice en retard"),
    ("commitment-proof-refused", "Justificatif d’exercice à refaire"),
    ("promise-reminder", "Promesse à prouver"),
    ("promise-proof-refused", "Preuve d’une promesse à refaire"),
    ("clawback-issued", "Remboursement demandé"),
)
# They carry a code, or a link that opens something: erased once delivered.
_SENSITIVE = {"awards-attestation", "awards-attestation-code"}


class AwardsConfig(AppConfig):
    name = "apps.awards"
    label = "awards"
    verbose_name = "Commissions et conventions"

    def ready(self) -> None:
        for name in (
            *("proofs", "payment_section", "payment_figures"),
            *("requirements", "incompatibilities", "planning", "envelopes", "figures"),
            *("commitments", "clawbacks", "commitment_section", "commitment_figures", "touched"),
            *("personal_data", "retention"),
            *("agreement_figures", "beneficiary_sections", "renewals", "views.renewals"),
            *("read_ahead", "consistency", "budget_ledger"),
        ):
            import_module(f"apps.awards.{name}")  # registers itself
        for slug, label in _EMAILS:
            register_email_kind(
                slug=slug,
                label=label,
                folder="awards/email",
                is_sensitive=slug in _SENSITIVE,
            )
