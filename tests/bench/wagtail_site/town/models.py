from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Page


class TownPage(Page):
    """A page of text with the menu of its site, about 10 KB once drawn."""

    body = RichTextField(blank=True)

    content_panels = (*Page.content_panels, FieldPanel("body"))
