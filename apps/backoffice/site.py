"""The guichet unique's admin site."""

from django.contrib.admin import AdminSite


class BackofficeSite(AdminSite):
    site_header = "Guichet unique"
    site_title = "Guichet unique, Orléans Santé"
    index_title = "Guichet unique"
    enable_nav_sidebar = False
