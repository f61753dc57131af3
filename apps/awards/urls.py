"""What beneficiaries reach after the award; each topic has its views in views/<topic>.py."""

from __future__ import annotations

from django.urls import URLPattern, include, path

from apps.awards.views import agreement, attestation, bank_details, commitment, payments, renewals

app_name = "awards"

one_file: list[URLPattern] = [
    path("versements/<int:rank>/", payments.proof, name="proof"),
    path("versements/<int:rank>/<int:pk>/", payments.proof_file, name="proof_file"),
    path("convention/", agreement.page, name="agreement"),
    path("convention/document/", agreement.document, name="agreement_document"),
    path("convention/exemplaire/", agreement.copy, name="agreement_copy"),
    path("coordonnees-bancaires/", bank_details.page, name="bank_details"),
    path("coordonnees-bancaires/rib/", bank_details.rib, name="rib"),
    path("renouvellement/<int:school_year>/", renewals.renew, name="renewal"),
    path(
        "renouvellement/<int:school_year>/justificatif/",
        renewals.certificate,
        name="renewal_certificate",
    ),
    path("engagement/", commitment.page, name="commitment"),
    path("engagement/justificatifs/<int:pk>/", commitment.proof, name="commitment_proof"),
    path("engagement/promesses/<int:pk>/", commitment.promise, name="commitment_promise"),
    path("engagement/reversements/<int:pk>/", commitment.repayment_order, name="repayment_order"),
]

# For whoever was sent a link: no account, no reference in the address.
one_link: list[URLPattern] = [
    path("", attestation.ask, name="attestation"),
    path("code/", attestation.code, name="attestation_code"),
    path("mois/", attestation.months, name="attestation_months"),
    path("pas-moi/", attestation.not_me, name="attestation_not_me"),
    path("nouveau/", attestation.renew, name="attestation_renew"),
]

urlpatterns = [
    path("presence/<str:token>/", include(one_link)),
    path("mon-espace/dossiers/<str:reference>/", include(one_file)),
]
