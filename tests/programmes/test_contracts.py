"""No programme is forgotten: each registered one runs the contract in its own folder."""

from __future__ import annotations

from importlib import import_module

import pytest

from apps.casefiles.programmes import programmes
from tests.casefiles.programme_contract import ProgrammeContract


@pytest.mark.parametrize("slug", [programme.slug for programme in programmes])
def test_programme_runs_the_contract(slug: str) -> None:
    package = type(programmes[slug]).__module__.split(".")[2]

    contract = import_module(f"tests.programmes.{package}.test_contract")

    assert slug in {
        found.slug
        for found in vars(contract).values()
        if isinstance(found, type)
        and issubclass(found, ProgrammeContract)
        and found is not ProgrammeContract
    }
