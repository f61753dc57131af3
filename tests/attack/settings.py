"""The demo's settings: what is attacked is what is served."""

from orleans_sante.settings.demo import *  # noqa: F403
