"""Addresses under /compte/: allauth's pages that we use, in French.

The names are allauth's, which looks its own pages up by them.
"""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as socialaccount
from allauth.usersessions import views as usersessions
from django.urls import include, path

from apps.accounts import views
from apps.accounts.providers import views as identity

sign_in = [
    path("connexion/", views.sign_in, name="account_login"),
    # The same page under a second name: allauth sends there whoever needs a new code.
    path("connexion/", views.sign_in, name="account_request_login_code"),
    path("connexion/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path(
        "connexion/mot-de-passe/", views.sign_in_with_password, name="account_login_with_password"
    ),
    path("connexion/cle-d-acces/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("connexion/verification/", mfa.authenticate, name="mfa_authenticate"),
    path("creation/", views.sign_up, name="account_signup"),
    path("deconnexion/", views.sign_out, name="account_logout"),
    path("ferme/", account.account_inactive, name="account_inactive"),
]

my_account = [
    path("", views.profile, name="account_home"),
    path("adresse/", account.email, name="account_email"),
    path("adresse/code/", account.email_verification_sent, name="account_email_verification_sent"),
    path("appareils/", usersessions.list_usersessions, name="usersessions_list"),
]

password = [
    path("", account.password_change, name="account_change_password"),
    path("choisir/", account.password_set, name="account_set_password"),
    path("oubli/", account.password_reset, name="account_reset_password"),
    path(
        "oubli/code/",
        account.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path(
        "oubli/nouveau/",
        account.complete_password_reset,
        name="account_complete_password_reset",
    ),
    path(
        "oubli/fini/",
        account.password_reset_from_key_done,
        name="account_password_reset_completed",
    ),
]

security = [
    path("", mfa.index, name="mfa_index"),
    path("application/activer/", totp.activate_totp, name="mfa_activate_totp"),
    path("application/retirer/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes-de-secours/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "codes-de-secours/renouveler/",
        recovery_codes.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "codes-de-secours/telecharger/",
        recovery_codes.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("cles/ajouter/", webauthn.add_webauthn, name="mfa_add_webauthn"),
    path("cles/<int:pk>/nommer/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("cles/<int:pk>/retirer/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
]

# « C’est bien vous ? » before a sensitive change
confirmation = [
    path("mot-de-passe/", account.reauthenticate, name="account_reauthenticate"),
    path("code/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("cle-d-acces/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
]

providers = [
    path("", socialaccount.connections, name="socialaccount_connections"),
    path("creation/", socialaccount.signup, name="socialaccount_signup"),
    path("annule/", socialaccount.login_cancelled, name="socialaccount_login_cancelled"),
    path("echec/", socialaccount.login_error, name="socialaccount_login_error"),
    path("<slug:path_name>/", identity.start, name="identity_start"),
    path("<slug:path_name>/retour/", identity.come_back, name="identity_return"),
    path("<slug:path_name>/sortie/", identity.signed_out, name="identity_signed_out"),
]

urlpatterns = [
    *sign_in,
    *my_account,
    path("mot-de-passe/", include(password)),
    path("securite/", include(security)),
    path("confirmation/", include(confirmation)),
    path("services/", include(providers)),
]
