from typing import Any

from django.core.management.base import BaseCommand
from wagtail.models import Page, Site

from town.models import TownPage

MENU = ("Vivre ici", "Santé", "Écoles", "Culture", "Sport", "Démarches")
PARAGRAPH = "<p>Les services de la commune vous reçoivent du lundi au vendredi. " * 2 + "</p>"


class Command(BaseCommand):
    help = "The first page of the site, with six others in its menu."

    def handle(self, *args: Any, **options: Any) -> None:
        site = Site.objects.get(is_default_site=True)
        home = TownPage(title="Une commune", slug="commune", body=PARAGRAPH * 65)
        Page.objects.get(depth=1).add_child(instance=home)
        for title in MENU:
            home.add_child(instance=TownPage(title=title, show_in_menus=True, body=PARAGRAPH))
        site.root_page = home
        site.save()
