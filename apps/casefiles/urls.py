"""What applicants reach: their space, and the follow-up without an account."""

from __future__ import annotations

from django.urls import include, path

from apps.casefiles.views import (
    case_file,
    co_editors,
    downloads,
    follow_up,
    messages,
    pieces,
    sending,
    space,
    tasks,
)

app_name = "casefiles"

one_file = [
    path("", case_file.page, name="case_file"),
    path("etapes/<slug:slug>/", tasks.task_page, name="task"),
    path("pieces/", pieces.pieces, name="pieces"),
    path("pieces/fichiers/<uuid:file_id>/", downloads.document, name="document"),
    path("pieces/<slug:slug>/", pieces.piece, name="piece"),
    path("pieces/<slug:slug>/retirer/", pieces.remove, name="remove_document"),
    path("verification/", sending.check, name="check"),
    path("accuse/", sending.receipt, name="receipt"),
    path("corrections/", sending.corrections, name="corrections"),
    path("messages/", messages.thread, name="messages"),
    path("co-redacteurs/", co_editors.co_editors, name="co_editors"),
    path("co-redacteurs/retirer/", co_editors.revoke, name="revoke_co_editor"),
    path("retrait/", case_file.withdraw, name="withdraw"),
    path("courriers/<int:pk>/", downloads.letter, name="letter"),
]

urlpatterns = [
    path("mon-espace/", space.my_space, name="my_space"),
    path("mon-espace/invitations/<str:token>/", co_editors.invitation, name="invitation"),
    path("mon-espace/dossiers/<str:reference>/", include(one_file)),
    path("suivi/", follow_up.ask, name="follow_up"),
    path("suivi/code/", follow_up.enter_code, name="follow_up_code"),
    path("suivi/dossier/", follow_up.state, name="follow_up_state"),
]
