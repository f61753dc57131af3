from __future__ import annotations

import pytest

from apps.accounts.devices import device_name


@pytest.mark.parametrize(
    ("user_agent", "expected"),
    [
        (
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/150.0.0.0 Safari/537.36 Edg/150.0.0.0"
            ),
            "Edge sur un ordinateur Windows",
        ),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
            ),
            "Safari sur un iPhone",
        ),
        (
            (
                "Mozilla/5.0 (Linux; Android 16; K) AppleWebKit/537.36 (KHTML, like Gecko) "
                "Chrome/150.0.0.0 Mobile Safari/537.36"
            ),
            "Chrome sur un appareil Android",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0",
            "Firefox sur un ordinateur Linux",
        ),
        ("curl/8.0", "un navigateur inconnu"),
        ("", "un navigateur inconnu"),
    ],
)
def test_device_name_says_browser_and_system(user_agent: str, expected: str) -> None:
    assert device_name(user_agent) == expected
