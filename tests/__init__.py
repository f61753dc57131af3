import pytest

# Their assertions say what they compared, like those of the tests.
pytest.register_assert_rewrite("tests.support")
