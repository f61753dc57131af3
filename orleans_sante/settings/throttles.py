"""How often: allauth counts its own pages, apps/core/throttles.py what else costs."""

# Six digits hold because few guesses are possible: 30 codes a day and address, 3 tries each.
_CODES_BY_MAIL = "20/m/ip,3/m/key,10/h/key,30/d/key"
ACCOUNT_RATE_LIMITS = {
    "request_login_code": _CODES_BY_MAIL,
    "reset_password": _CODES_BY_MAIL,
    "confirm_email": "1/10s/key,10/h/key,30/d/key",
}
# What else costs, or could be guessed (apps/core/throttles.py): so many at once, then as many
# again over a minute, an hour or a day, by address of the network and by key.
THROTTLES = {
    # Signing in and up: the key is the address that is typed.
    "sign_in": _CODES_BY_MAIL,
    "sign_in_password": "20/m/ip,10/m/key,30/h/key",
    "sign_up": _CODES_BY_MAIL,
    # The follow-up of a file by its reference, without an account (apps/casefiles).
    "follow_up_ask": _CODES_BY_MAIL,
    "follow_up_code": "20/m/ip,30/d/key",
    # A third person's signed link (apps/awards): the key is the link's.
    "attestation_ask": _CODES_BY_MAIL,
    "attestation_code": "20/m/ip,30/d/key",
    # A slot kept for residents (apps/lookups/care_places): the key is the address, then the slot's.
    "care_appointment_ask": _CODES_BY_MAIL,
    "care_appointment_code": "20/m/ip,30/d/key",
    # An e-mail to whoever is named: the key is the person who invites.
    "invitation": "10/h/key,30/d/key",
    # Forms with files: a class of students behind one address sends hundreds.
    "upload": "300/m/ip,3000/h/ip",
    "simulator": "60/m/ip",
    # The key is the agent.
    "export": "20/m/key,100/h/key",
}
# Seconds: longer than making an account takes, and nobody sees whether one was made.
SIGN_UP_ANSWERS_EVERY = 0.25
