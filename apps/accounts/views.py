"""« Mon compte », and the pages of allauth that we change."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView, SignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from apps.accounts.forms import PasswordLoginForm, ProfileForm
from apps.accounts.providers.oidc import provider_sign_out_url
from apps.accounts.sessions import remember_typed_email, typed_email
from apps.core import clock, throttles
from apps.core.steady import in_steps_of


class _KeepsTypedEmail:
    """The address typed on one page of signing in is proposed on the next one."""

    email_field: str
    throttle: str
    request: HttpRequest

    def get_initial(self) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_initial()  # type: ignore[misc]
        return {self.email_field: typed_email(self.request), **initial}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        email = request.POST.get(self.email_field, "")[:254]
        remember_typed_email(request, email)
        # allauth counts too, without saying how long to wait.
        if "@" in email:
            throttles.require(request, self.throttle, key=email.strip().lower(), at=clock.now())
        return super().post(request, *args, **kwargs)  # type: ignore[misc]


class CodeLoginView(_KeepsTypedEmail, LoginView):
    """First page of signing in: the address, and a code goes to it."""

    email_field = "login"
    throttle = "sign_in"


class PasswordLoginView(_KeepsTypedEmail, LoginView):
    email_field = "login"
    throttle = "sign_in_password"
    template_name = "account/login_password.html"

    def get_form_class(self) -> type[PasswordLoginForm]:
        return PasswordLoginForm


class SignUpView(_KeepsTypedEmail, SignupView):
    email_field = "email"
    throttle = "sign_up"

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """An unknown address makes an account, a known one does not: nobody sees the difference."""
        with in_steps_of(settings.SIGN_UP_ANSWERS_EVERY):
            return super().post(request, *args, **kwargs)


class SignOutView(LogoutView):
    def get_redirect_url(self) -> str:
        """Whoever came through a provider signs out there too: it may be a shared computer."""
        return provider_sign_out_url(self.request) or super().get_redirect_url()


sign_in = CodeLoginView.as_view()
sign_in_with_password = PasswordLoginView.as_view()
sign_up = SignUpView.as_view()
sign_out = SignOutView.as_view()


@login_required
@require_http_methods(["GET", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """« Mon compte »: who I am, and the way to everything else about my account."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, "Vos coordonnées sont à jour.")
        return redirect("account_home")
    return render(request, "account/profile.html", {"form": form})
