"""Reports that somebody is writing, until they are saved or forgotten."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

from cachetools import TTLCache
from pydantic import TypeAdapter

from coherence.drift.report import NewReport
from coherence.stewards import Person
from handlers.voice.mrkdwn import clip

STILL_WRITING_SECONDS = 600
"""How long a report counts as the one that a person is writing."""

KEPT_SECONDS = 3 * 3_600
"""How long a form may stay open and still have its evidence whole."""

MAX_METADATA = 2_900
"""Characters of a view's private metadata, of which Slack takes 3,000."""

_KEPT = 2_000
_SHORTER = (1_000, 500, 250, 120, 60, 0)

_DRAFT = TypeAdapter(NewReport)


class Drafts:
    """What forms hold that does not fit into their metadata, and who is writing what.

    Kept in the process: after a restart a form still has what its metadata holds, where long texts are
    shortened. `seconds` tells the time.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._whole: TTLCache[str, NewReport] = TTLCache(_KEPT, KEPT_SECONDS, timer=seconds)
        self._saved: TTLCache[str, int] = TTLCache(_KEPT, KEPT_SECONDS, timer=seconds)
        self._writing: TTLCache[tuple[str, str], NewReport] = TTLCache(
            _KEPT, STILL_WRITING_SECONDS, timer=seconds
        )

    def dump(self, draft: NewReport) -> str:
        """A draft as a view's private metadata; all of it is kept under a key therein."""
        key = uuid4().hex
        self._whole[key] = draft
        return json.dumps({"key": key, "draft": _fitted(draft)}, ensure_ascii=False)

    def load(self, metadata: str, person: Person) -> NewReport:
        """The draft of a view that this person has before them."""
        held = json.loads(metadata)
        draft = self._whole.get(held["key"]) or _DRAFT.validate_python(held["draft"])
        return replace(draft, workspace_id=person.workspace_id, user_id=person.user_id)

    def write(self, draft: NewReport) -> None:
        """Remember what a person is writing."""
        self._writing[draft.workspace_id, draft.user_id] = draft

    def writing(self, person: Person) -> NewReport | None:
        """The report that a person has begun a short while ago and has not saved."""
        return self._writing.get((person.workspace_id, person.user_id))

    def done(self, draft: NewReport, number: int | None) -> None:
        """Forget that a person is writing this report, now that it is saved under a number."""
        if number is not None and draft.delivery_id is not None:
            self._saved[draft.delivery_id] = number
        key = (draft.workspace_id, draft.user_id)
        begun = self._writing.get(key)
        if begun is not None and begun.delivery_id == draft.delivery_id:
            self._writing.pop(key, None)

    def number_of(self, draft: NewReport) -> int | None:
        """The number that a draft was saved under, as far as that is still known."""
        return self._saved.get(draft.delivery_id or "")

    def forget(self, workspace_id: str) -> None:
        """Let go of what is held of a workspace."""
        for whole in [
            key for key, each in self._whole.items() if each.workspace_id == workspace_id
        ]:
            self._whole.pop(whole, None)
        for writing in [key for key in self._writing if key[0] == workspace_id]:
            self._writing.pop(writing, None)


def _fitted(draft: NewReport) -> dict[str, Any]:
    """A draft as JSON that fits, with its texts shortened as far as needed."""
    dumped = _dumped(draft)
    for limit in _SHORTER:
        if len(json.dumps(dumped, ensure_ascii=False)) <= MAX_METADATA - 60:
            break
        dumped = _dumped(_shortened(draft, limit))
    return dumped


def _shortened(draft: NewReport, limit: int) -> NewReport:
    evidence = tuple(
        replace(each, text=clip(each.text, limit) if limit else "") for each in draft.evidence
    )
    return replace(draft, evidence=evidence, summary=clip(draft.summary, max(limit, 60)))


def _dumped(draft: NewReport) -> dict[str, Any]:
    held: dict[str, Any] = _DRAFT.dump_python(draft, mode="json", exclude_defaults=True)
    return held
