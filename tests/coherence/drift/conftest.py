import pytest

from storage.database import Database
from tests.coherence.drift.drifts import Drift, drift_in


@pytest.fixture
async def drift(database: Database) -> Drift:
    return await drift_in(database)
