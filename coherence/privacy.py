"""What is kept about a person or a workspace, and how it is erased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import regex
from pydantic import ValidationError
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.champion.forgetting import KeptDuty, forget_duty
from coherence.clock import Clock
from coherence.drift.records import find_report, index_report
from coherence.drift.words import words_of
from coherence.stack.document import Stack
from storage import processed
from storage.check import NarrativeCheck
from storage.database import Database
from storage.drift_trail import forget_drift_of
from storage.erasure import count_rows_of, delete_rows_of, erase_workspace, rewrite_words
from storage.feedback import forget_reasons_of
from storage.stack import StackDraft, StackVersion, count_authored
from storage.stack_revisions import StackRevision
from storage.stewards import Steward
from storage.workspaces import find_workspace

FORMER = "a former colleague"
"""What a person who was erased is called in what belongs to the company."""

_SHORTER = ("somebody", "–")
_DOCUMENTS = {
    (kept.__tablename__, "document") for kept in (StackVersion, StackDraft, StackRevision)
}
_NAMES_STAND_IN = frozenset({"author", "owner"})
_EVIDENCE = {("narrative_check", "text"), ("check_finding", "quote")}


@dataclass(frozen=True)
class Leaver:
    """A person to be erased; `names` are the names that Slack knows them by."""

    workspace_id: str
    user_id: str
    names: Sequence[str] = ()
    delivery_id: str | None = None


@dataclass(frozen=True)
class Kept:
    """What is on record about a person."""

    checks: int
    is_named_steward: bool
    versions: int
    """Published versions and drafts of the narrative that name them as the author."""
    duty: KeptDuty = field(default_factory=KeptDuty)


class Privacy:
    """The use cases around what is kept. `forget` is told of a workspace whose narrative changed."""

    def __init__(
        self, database: Database, now: Clock, forget: Callable[[str], None] = lambda _: None
    ) -> None:
        self._database = database
        self._now = now
        self._forget = forget

    async def kept_about(self, workspace_id: str, user_id: str) -> Kept:
        """What is on record about a person."""
        async with self._database.reading() as session:
            rows = await count_rows_of(session, workspace_id, user_id)
            versions = await count_authored(session, workspace_id, user_id)
        return Kept(
            checks=rows.get(str(NarrativeCheck.__tablename__), 0),
            is_named_steward=str(Steward.__tablename__) in rows,
            versions=versions,
            duty=KeptDuty.of(rows),
        )

    async def erase_person(self, leaver: Leaver) -> int | None:
        """Erase a person's own words, and their id and names from what stays, in one transaction.

        Returns how many rows were deleted or changed; None if this delivery was answered before.
        """
        names = _Names(leaver)
        async with self._database.transaction() as session:
            if leaver.delivery_id is not None and not await processed.claim(
                session, leaver.workspace_id, leaver.delivery_id, now=self._now()
            ):
                return None
            place = (leaver.workspace_id, leaver.user_id)
            await forget_duty(session, *place, now=self._now())
            deleted = await delete_rows_of(session, *place)
            await forget_reasons_of(session, *place)
            await self._forget_drift(session, leaver)
            changed = await rewrite_words(session, leaver.workspace_id, names.rewrite)
        self._forget(leaver.workspace_id)
        return deleted + changed

    async def _forget_drift(self, session: AsyncSession, leaver: Leaver) -> None:
        place = (leaver.workspace_id, leaver.user_id)
        for number in await forget_drift_of(session, *place, now=self._now()):
            await index_report(session, await find_report(session, leaver.workspace_id, number))

    async def erase_workspace(self, workspace_id: str, *, left_at: datetime | None = None) -> int:
        """Erase everything of a workspace; return how many rows there were.

        With `left_at`, only if it was registered before: Slack may tell of a departure again after
        the workspace has come back, and a fresh start must not be lost by that.
        """
        async with self._database.transaction() as session:
            workspace = await find_workspace(session, workspace_id)
            if workspace is None or (left_at is not None and workspace.created_at > left_at):
                return 0
            erased = await erase_workspace(session, workspace_id)
        self._forget(workspace_id)
        return erased


class _Names:
    """What a person is called, and how each mention of it is rewritten."""

    def __init__(self, leaver: Leaver) -> None:
        user_id = regex.escape(leaver.user_id)
        names = {" ".join(name.split()) for name in leaver.names} - {""}
        self._names = {name.lower() for name in names}
        # A name of one word may be a word of the language: it counts only where nothing but a name
        # stands; a full name is sought everywhere.
        full = sorted((name for name in names if " " in name), key=len, reverse=True)
        inside = [rf"<@{user_id}(?:\|[^>]*)?>", rf"\b{user_id}\b"]
        inside += [rf"\b{regex.escape(name)}\b" for name in full]
        # As they stand among the words that reports of drift are searched by.
        inside += [rf"\b{regex.escape(' '.join(words_of(name)))}\b" for name in full]
        self._inside = regex.compile("|".join(inside), regex.IGNORECASE)

    def rewrite(self, table: str, column: str, value: Any) -> Any:  # noqa: ANN401 - texts and documents
        """The value without the person."""
        if (table, column) in _EVIDENCE:
            # Offsets count the characters of the text, so the length stays.
            return self._inside.sub(lambda found: "·" * len(found.group()), value)
        if (table, column) in _DOCUMENTS:
            return self._rewrite_document(value)
        return self._replace(value, FORMER, column)

    def _rewrite_document(self, document: Any) -> Any:  # noqa: ANN401 - plain JSON
        for stand_in in (FORMER, *_SHORTER):
            rewritten = self._replace(document, stand_in)
            if _is_valid(rewritten):
                return rewritten
        return self._replace(document, FORMER)

    def _replace(self, value: Any, stand_in: str, place: str = "") -> Any:  # noqa: ANN401 - plain JSON
        match value:
            case str():
                is_name = place in _NAMES_STAND_IN and value.strip().lower() in self._names
                return stand_in if is_name else self._inside.sub(stand_in, value)
            case list():
                return [self._replace(each, stand_in) for each in value]
            case dict():
                return {key: self._replace(each, stand_in, key) for key, each in value.items()}
        return value


def _is_valid(document: Any) -> bool:  # noqa: ANN401 - plain JSON
    try:
        Stack.model_validate(document)
    except ValidationError:
        return False
    return True
