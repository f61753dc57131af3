"""The call's public pages, and the aid's: `calls` and `aid`."""
