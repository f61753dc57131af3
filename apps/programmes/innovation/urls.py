from django.urls import path

from apps.programmes.innovation.views import aid, calls, reports

app_name = "innovation"
urlpatterns = [
    path("aides/innovation/", aid.aid, name="aid"),
    path("aides/innovation/simulateur/", aid.simulator, name="simulator"),
    path("aides/innovation/demande/", aid.apply, name="apply"),
    path("innovation/", calls.index, name="calls"),
    path("innovation/<int:year>/", calls.page, name="call"),
    path("innovation/<int:year>/calendrier.ics", calls.calendar, name="calendar"),
    path("innovation/<int:year>/appel.json", calls.feed, name="feed"),
    path("innovation/<int:year>/reglement.pdf", calls.rules, name="rules"),
    path("mon-espace/dossiers/<str:reference>/bilans/<int:year>/", reports.report, name="report"),
]
