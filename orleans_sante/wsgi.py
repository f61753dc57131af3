"""WSGI entry point for gunicorn."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orleans_sante.settings.production")

application = get_wsgi_application()

# Once, before the workers fork and share this memory: all addresses are read, and what stands is
# no longer looked through for garbage, which took a worker 0.1 s in the midst of some request.
reverse("portal:home")
gc.collect()
gc.freeze()
