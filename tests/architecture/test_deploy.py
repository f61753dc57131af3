"""What runs the portal elsewhere agrees with the portal: commands, variables, limits."""

from __future__ import annotations

import re
import stat
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile

from apps.files.limits import MAX_BYTES, MAX_FILES_AT_ONCE
from tests.architecture.source import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
NGINX = (DEPLOY / "nginx" / "orleans-sante.conf").read_text(encoding="utf-8")
CONTAINER = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
EXAMPLE = dict(
    re.findall(
        r"^([A-Z0-9_]+)=(.*)$",
        (ROOT / ".env.example").read_text(encoding="utf-8"),
        flags=re.MULTILINE,
    )
)


def _chart() -> dict[str, list[dict[str, Any]]]:
    """Each template of the chart with its own values, read as YAML."""
    values = yaml.safe_load((DEPLOY / "helm" / "values.yaml").read_text(encoding="utf-8"))

    def value(match: re.Match[str]) -> str:
        found: Any = values
        for key in match[1].split("."):
            found = found[key]
        return str(found)

    read = {}
    for path in (DEPLOY / "helm" / "templates").glob("*.yaml"):
        text = re.sub(
            r"\{\{ toYaml \.Values\.(\w+) \| indent 2 \}\}",
            lambda match: "\n".join(f'  {k}: "{v}"' for k, v in values[match[1]].items()),
            path.read_text(encoding="utf-8"),
        )
        text = re.sub(r"\{\{ \.Values\.([\w.]+) \}\}", value, text)
        assert "{{" not in text, path.name
        read[path.name] = list(yaml.safe_load_all(text))
    return read


def test_chart_is_made_of_the_kinds_that_it_needs() -> None:
    kinds = {name: [part["kind"] for part in parts] for name, parts in _chart().items()}
    assert kinds == {
        "environment.yaml": ["ConfigMap"],
        "release.yaml": ["Job"],
        "web.yaml": ["Deployment", "Service", "Ingress"],
        "worker.yaml": ["Deployment"],
    }


def test_every_variable_that_is_set_is_one_that_the_settings_read() -> None:
    (environment,) = _chart()["environment.yaml"]
    image = set(re.findall(r"\b([A-Z][A-Z0-9_]+)=", CONTAINER)) - {"PYTHONUNBUFFERED", "PATH"}
    assert set(environment["data"]) | image <= EXAMPLE.keys()


def test_image_has_the_folders_of_the_example_that_compose_files_are_made_from() -> None:
    assert f"STATIC_ROOT={EXAMPLE['STATIC_ROOT']} \\" in CONTAINER
    assert f"PRIVATE_MEDIA_ROOT={EXAMPLE['PRIVATE_MEDIA_ROOT']} \\" in CONTAINER
    (made,) = re.findall(r"install -d -o orleans-sante (.*)", CONTAINER)
    for folder in (EXAMPLE["PRIVATE_MEDIA_ROOT"], str(Path(EXAMPLE["LAST_KNOWN_PAGES"]).parent)):
        assert folder in made.split()


def test_static_files_are_collected_for_every_account(tmp_path: Path) -> None:
    """The front server's is none of ours; private uploads are closed by their own storage."""
    StaticFilesStorage(location=tmp_path, base_url="/static/").save("css/a.css", ContentFile(b""))
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("css", "css/a.css")]
    assert [f"{mode:o}" for mode in modes] == ["755", "644"]


def test_compose_file_runs_one_image() -> None:
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))["services"]
    ours = {name for name, service in services.items() if service["image"] == "orleans-sante"}
    assert ours == {"release", "web", "worker"}


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_unit_runs_as_nobody_that_matters(path: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(path.read_text(encoding="utf-8"))
    service = unit["Service"]
    assert (service["User"], service["NoNewPrivileges"]) == ("orleans-sante", "yes")
    assert (service["ProtectSystem"], service["CapabilityBoundingSet"]) == ("strict", "")
    assert service["ReadWritePaths"] == EXAMPLE["PRIVATE_MEDIA_ROOT"]


def test_web_may_write_all_that_the_example_gives_it() -> None:
    """Everything else is closed to it (ProtectSystem)."""
    unit = (DEPLOY / "systemd" / "orleans-sante-web@.service").read_text(encoding="utf-8")
    (cache,) = re.findall(r"^CacheDirectory=(.+)$", unit, flags=re.MULTILINE)
    assert EXAMPLE["LAST_KNOWN_PAGES"].startswith(f"/var/cache/{cache}/")
    (metrics,) = re.findall(
        r"^Environment=PROMETHEUS_MULTIPROC_DIR=(.+)$", unit, flags=re.MULTILINE
    )
    (runtime,) = re.findall(r"^RuntimeDirectory=(.+)$", unit, flags=re.MULTILINE)
    assert metrics == f"/run/{runtime}"


def test_web_is_started_alike_everywhere() -> None:
    """As docs/operations.md says; what depends on the place is left out."""
    same = "--worker-class gthread --workers 2 --threads 4 --preload --limit-request-line 8190"
    unit = (DEPLOY / "systemd" / "orleans-sante-web@.service").read_text(encoding="utf-8")
    assert same in unit
    assert same in re.sub(r'[",]', "", CONTAINER)
    assert same in (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_nginx_lets_the_largest_allowed_upload_pass() -> None:
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", NGINX)
    assert int(megabytes) * 1024 * 1024 > MAX_FILES_AT_ONCE * MAX_BYTES


@pytest.mark.parametrize(
    "line",
    [
        'proxy_set_header X-Request-Start "t=$msec";',
        "proxy_set_header X-Forwarded-For $remote_addr;",
        "proxy_set_header X-Forwarded-Proto $scheme;",
        "proxy_next_upstream error timeout http_502;",
    ],
)
def test_nginx_says_what_the_portal_relies_on(line: str) -> None:
    assert line in NGINX


def test_nginx_keeps_nobody_waiting_for_somebody_else_s_page() -> None:
    """Nor a connection that a form could be sent on as its process closes it (0043)."""
    directives = set(re.findall(r"^\s*(\w+)", NGINX, flags=re.MULTILINE))
    assert not {"proxy_cache_lock", "keepalive"} & directives


def test_cluster_lets_the_largest_upload_pass_and_says_when_a_process_goes() -> None:
    deployment, _, ingress = _chart()["web.yaml"]
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    (largest,) = re.findall(r"client_max_body_size (\d+m);", NGINX)
    annotations = ingress["metadata"]["annotations"]
    assert annotations["nginx.ingress.kubernetes.io/proxy-body-size"] == largest
    assert container["lifecycle"]["preStop"]["exec"]["command"] == ["sleep", "5"]


def test_nothing_of_the_cluster_runs_as_root() -> None:
    pods = [
        part["spec"]["template"]["spec"]
        for parts in _chart().values()
        for part in parts
        if part["kind"] in {"Deployment", "Job"}
    ]
    assert [pod["securityContext"]["runAsNonRoot"] for pod in pods] == [True] * 3
    for pod in pods:
        (container,) = pod["containers"]
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_copy_is_promoted_by_the_command_that_make_fleet_runs() -> None:
    operations = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    (command,) = re.findall(r"^pg_ctl (\w+ -\w) /\S+", operations, flags=re.MULTILINE)
    source = (ROOT / "tools" / "postgres.py").read_text(encoding="utf-8")
    run = ", ".join(f'"{word}"' for word in command.split())
    assert f'str(bin_dir / "pg_ctl"), {run}, str(self.data_dir)' in source
