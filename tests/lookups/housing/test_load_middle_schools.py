from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.lookups.housing.management.commands.load_middle_schools import load_middle_schools
from apps.lookups.housing.models import Offer, OfferStatus, Room

pytestmark = pytest.mark.django_db

REFERENCE = settings.BASE_DIR / "fixtures" / "reference"


def test_public_middle_schools_become_candidates_without_any_invented_fact(
    communes: None,
) -> None:
    changes = load_middle_schools(REFERENCE)

    assert (changes.created, changes.changed) == (58, 0)
    offer = Offer.objects.get(uai="0450003J")
    assert (offer.name, offer.commune.name) == ("Collège Jean Moulin", "Artenay")
    assert offer.address == "9 rue d’Auvilliers, 45410 Artenay"
    assert (offer.status, offer.verified_on, offer.expires_on) == (
        OfferStatus.CANDIDATE,
        None,
        None,
    )
    assert not Room.objects.exists()


def test_loading_again_changes_nothing_and_leaves_what_staff_wrote(communes: None) -> None:
    load_middle_schools(REFERENCE)
    Offer.objects.filter(uai="0450003J").update(name="Collège d’Artenay", edited_by_staff=True)

    again = load_middle_schools(REFERENCE)

    assert (again.created, again.changed, again.gone) == (0, 0, [])
    assert again.kept == ["Collège d’Artenay (Artenay)"]


def test_damaged_file_is_refused_with_its_line(communes: None, tmp_path: Path) -> None:
    (tmp_path / "places_colleges.csv").write_text(
        "uai,nom,secteur,adresse,code_postal,code_insee,lat,lon\n"
        "0450003J,Collège,public,1 rue,45410,45008,nord,1.8\n"
    )

    with pytest.raises(CommandError, match=r"ligne 2.: «.lat.» ne se lit pas"):
        call_command("load_middle_schools", folder=tmp_path)
    assert not Offer.objects.exists()
