"""What a council sets for itself: its service, its account, its maps, its hours."""

from __future__ import annotations

from typing import Any

from orleans_sante.settings.env import env_int, env_str

# --- The service in charge, as receipts must name it (CRPA R112-11-1)
GUICHET: dict[str, Any] = {
    "name": env_str("GUICHET_NAME", "Cap Loiret Santé, guichet unique"),
    "address": env_str("GUICHET_ADDRESS", "Département du Loiret|45945 Orléans").split("|"),
    "phone": env_str("GUICHET_PHONE", "02 38 25 45 45"),
    "phone_e164": env_str("GUICHET_PHONE_E164", "+33238254545"),
    "email": env_str("GUICHET_EMAIL", ""),
}
ADMINISTRATIVE_COURT = env_str(
    "ADMINISTRATIVE_COURT", "tribunal administratif d’Orléans (www.telerecours.fr)"
)

# --- The account that pays the aids, for transfer files (SEPA); unset, there are none
DEBTOR = {
    "name": env_str("DEBTOR_NAME", ""),
    "iban": env_str("DEBTOR_IBAN", ""),
    "bic": env_str("DEBTOR_BIC", ""),
}

# --- Maps: images of the background, fetched by the browser of whoever asks for them
MAP_TILES = {
    "url": env_str("MAP_TILES_URL", ""),
    "credit": env_str("MAP_TILES_CREDIT", ""),
}
# The national address service (« Base adresse nationale »); empty: communes are found, offline.
ADDRESS_SERVICE: dict[str, Any] = {
    "url": env_str("ADDRESS_SERVICE_URL", ""),
    "timeout": env_int("ADDRESS_SERVICE_TIMEOUT_MS", 1500) / 1000,
}

# --- Housing: how long a room stays held for an answer, or offered to the next in line
HOUSING_HOLD_HOURS = env_int("HOUSING_HOLD_HOURS", 72)
HOUSING_OFFER_HOURS = env_int("HOUSING_OFFER_HOURS", 24)

# --- Road times between a commune and a place, estimated (apps/lookups/care_places/road.py)
ROAD_FACTOR = env_int("ROAD_FACTOR_PERCENT", 130) / 100  # a road is that much longer than a line
ROAD_SPEED_KMH = env_int("ROAD_SPEED_KMH", 50)
# A routing service that answers as OSRM; empty: every road time is the estimate.
ROUTING_URL = env_str("ROUTING_URL", "").rstrip("/")
ROUTING_TIMEOUT_MS = env_int("ROUTING_TIMEOUT_MS", 2000)
