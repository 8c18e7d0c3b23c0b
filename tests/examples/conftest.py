from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.services import Services
from tests.examples.application import Application


@pytest.fixture
def services() -> Iterator[Services]:
    with Services() as running:
        yield running


@pytest.fixture
def application(services: Services, tmp_path: Path) -> Application:
    return Application(services, tmp_path)
