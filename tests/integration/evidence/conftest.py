"""Files and buckets tell their own time: what is compared with it starts now."""

import pytest

from tests.builders import Hands


@pytest.fixture
def clock() -> Hands:
    return Hands()
