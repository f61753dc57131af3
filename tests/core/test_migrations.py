import pytest
from django.db import connection


@pytest.mark.django_db
def test_f_unaccent_folds_french_letters() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT f_unaccent(lower('Épieds-en-Beauce, Œuvre'))")
        assert cursor.fetchone() == ("epieds-en-beauce, oeuvre",)
