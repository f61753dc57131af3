"""Days and hours that the admin site shows by itself, written as core/dates.py does."""

DATE_FORMAT = "j\u00a0F\u00a0Y"
TIME_FORMAT = "G\u00a0\\h\u00a0i"
DATETIME_FORMAT = f"{DATE_FORMAT} à {TIME_FORMAT}"
