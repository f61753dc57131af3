from importlib import import_module

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "apps.files"
    label = "files"
    verbose_name = "Fichiers"

    def ready(self) -> None:
        from apps.files import consistency  # noqa: F401, PLC0415 - it registers itself

        # Here, before any thread reads a PDF: the limits hold for the whole process.
        from apps.files.pdfs import limit_decompression  # noqa: PLC0415

        limit_decompression()
        for name in ("personal_data", "retention"):
            import_module(f"apps.files.{name}")  # registers itself
