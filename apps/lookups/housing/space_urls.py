"""Addresses below /mon-espace/logements/."""

from django.urls import path

from apps.lookups.housing import host_views, space_views

app_name = "housing_space"
urlpatterns = [
    path("", space_views.index, name="index"),
    path("chambres/<int:pk>/demander/", space_views.ask, name="ask"),
    path("chambres/<int:pk>/attendre/", space_views.wait, name="wait"),
    path("chambres/<int:pk>/modifier/", host_views.edit_room, name="edit_room"),
    path("chambres/<int:pk>/retirer/", host_views.withdraw_room, name="withdraw_room"),
    path("chambres/<int:pk>/dates/", host_views.add_dates, name="add_dates"),
    path("dates/<int:pk>/retirer/", host_views.remove_dates, name="remove_dates"),
    path("reservations/<int:pk>/annuler/", space_views.cancel, name="cancel"),
    path("reservations/<int:pk>/accepter/", space_views.accept, name="accept"),
    path("reservations/<int:pk>/repondre/", host_views.answer, name="answer"),
    path("attente/<int:pk>/quitter/", space_views.leave, name="leave"),
    path("alertes/ajouter/", space_views.add_alert, name="add_alert"),
    path("alertes/<int:pk>/retirer/", space_views.remove_alert, name="remove_alert"),
    path("alertes/fin/<str:token>/", space_views.stop_alert, name="stop_alert"),
    path("offres/<int:pk>/", host_views.manage, name="manage"),
    path("offres/<int:pk>/chambres/ajouter/", host_views.add_room, name="add_room"),
    path("offres/<int:pk>/photos/ajouter/", host_views.add_photo, name="add_photo"),
    path("photos/<int:pk>/retirer/", host_views.remove_photo, name="remove_photo"),
    path("renouveler/<str:token>/", host_views.renew, name="renew"),
]
