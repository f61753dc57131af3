"""Addresses of the demo alone: orleans_sante.urls adds them when settings.DEMO is set."""

from django.urls import path

from apps.demo import mailbox

app_name = "demo"

urlpatterns = [
    path("courriels/", mailbox.mailbox, name="mailbox"),
    path("courriels/<int:email_id>/", mailbox.email_page, name="email"),
    path("courriels/<int:email_id>/html/", mailbox.email_html, name="email_html"),
    path("courriels/<int:email_id>/pieces/<int:position>/", mailbox.attachment, name="attachment"),
]
