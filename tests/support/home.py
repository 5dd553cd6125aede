"""Things that may stand on a Home, put into a database as rows."""

from datetime import datetime, timedelta
from typing import Any

from storage.champion import ChampionRequest
from storage.check import NarrativeCheck
from storage.drift import DriftReport
from storage.outbox import Delivery, State
from tests.support.times import NOON


def report_row(workspace_id: str, journey_id: str, number: int, **changes: Any) -> DriftReport:
    """A report of the day before noon, at which nobody has looked yet."""
    usual = {
        "workspace_id": workspace_id,
        "number": number,
        "journey_id": journey_id,
        "severity": "noticeable",
        "statement_ids": [],
        "summary": f"Price {number} clashes",
        "reported_at": NOON - timedelta(days=1),
        "changed_at": NOON - timedelta(days=1),
    }
    return DriftReport(**{**usual, **changes})


def check_row(
    workspace_id: str, journey_id: str, user_id: str, checked_at: datetime, **changes: Any
) -> NarrativeCheck:
    """A check by the first version of a narrative, with its text."""
    usual = {
        "workspace_id": workspace_id,
        "id": f"{user_id} {checked_at:%Y-%m-%d %H:%M}",
        "journey_id": journey_id,
        "stack_version": 1,
        "user_id": user_id,
        "text": f"A draft of {checked_at:%H:%M}",
        "verdict": "fits",
        "judged_by": ["rules"],
        "checked_at": checked_at,
    }
    return NarrativeCheck(**{**usual, **changes})


def request_row(
    workspace_id: str, journey_id: str, user_id: str, **changes: Any
) -> ChampionRequest:
    """Somebody asks anybody to cover the next two days."""
    usual = {
        "workspace_id": workspace_id,
        "journey_id": journey_id,
        "id": f"request of {user_id}",
        "kind": "cover",
        "user_id": user_id,
        "start": NOON + timedelta(days=1),
        "end": NOON + timedelta(days=3),
        "asked_at": NOON,
    }
    return ChampionRequest(**{**usual, **changes})


def dead_row(workspace_id: str, key: str) -> Delivery:
    """A delivery that was given up."""
    return Delivery(
        workspace_id=workspace_id,
        key=key,
        kind="reminder",
        state=State.DEAD.value,
        method="post",
        lane="C0ONBOARD",
        facts={},
        due_at=NOON,
        next_attempt_at=NOON,
        settled_at=NOON,
        error="is_archived",
    )
