from __future__ import annotations

from pathlib import Path

from tests.fleet.proxy import configure


def test_nginx_in_front_is_the_one_that_people_install(tmp_path: Path) -> None:
    configure(tmp_path, 9000, [9001, 9002], resting=9002)

    ours = (tmp_path / "nginx.conf").read_text(encoding="utf-8")
    assert "listen 127.0.0.1:9000;" in ours
    assert "server 127.0.0.1:9001 max_fails=1 fail_timeout=2s;" in ours
    assert "server 127.0.0.1:9002 max_fails=1 fail_timeout=2s down;" in ours
    assert "client_max_body_size 201m;" in ours
    for gone in ("ssl_", "8001", "8002", "/srv/", "example.org"):
        assert gone not in ours
