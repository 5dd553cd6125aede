"""The drift log as a whole: out to a file, and back in.

It serves whoever runs the bot, not its members: private evidence is in it, for nothing may be lost.
"""

from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.clock import Clock
from coherence.drift.record import (
    PARTS,
    EventRecord,
    ReportRecord,
    UnusableRecord,
    field_values,
)
from coherence.drift.report import Change
from coherence.drift.words import search_words
from coherence.errors import AmbiguousJourney, NoJourney
from coherence.journeys import journey_by_name, only_journey
from storage import drift as table
from storage import drift_exchange as rows_of
from storage import journeys
from storage.database import Database
from storage.drift import (
    DriftEvent,
    DriftEvidence,
    DriftLink,
    DriftMeToo,
    DriftReport,
    DriftWords,
)

BATCH = 500
"""Reports in memory at once, and in one transaction."""

_MODELS: Mapping[str, type[SQLModel]] = {
    "evidence": DriftEvidence,
    "events": DriftEvent,
    "links": DriftLink,
    "me_too_by": DriftMeToo,
}


@dataclass(frozen=True)
class Entry:
    """A report in a file, or what is wrong there; `line` counts from 1."""

    line: int
    record: ReportRecord | None = None
    fault: str | None = None


@dataclass
class Loaded:
    """What became of a file's reports; `faults` have a sentence for each line that was left out."""

    added: int = 0
    known: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many reports the file had so far."""
        return self.added + self.known + len(self.faults)


class DriftExchange:
    """The use cases around files of drift reports."""

    def __init__(self, database: Database, now: Clock) -> None:
        self._database = database
        self._now = now

    async def records(
        self, workspace_id: str, journey: str | None = None
    ) -> AsyncIterator[dict[str, Any]]:
        """Every report as plain values, lowest number first, of one journey where it is named.

        Raises NoJourney.
        """
        async with self._database.reading() as session:
            names = {
                each.id: each.name for each in await journeys.list_journeys(session, workspace_id)
            }
            only = await journey_by_name(session, workspace_id, journey) if journey else None
            last = 0
            while batch := await rows_of.list_drift_after(
                session, workspace_id, last, journey_id=only.id if only else None, limit=BATCH
            ):
                last = batch[-1].number
                for record in await _records(session, workspace_id, batch, names):
                    yield record
                session.expunge_all()

    async def load(
        self, workspace_id: str, entries: Iterable[Entry], journey: str | None = None
    ) -> AsyncIterator[Loaded]:
        """Put a file's reports on record, a batch a transaction; tell after each how far it is.

        A report that is on record already stays as it is, so that a file can be loaded again once
        its faults are put right. One without a journey is of `journey`. Raises NoJourney.
        """
        loaded = Loaded()
        source = iter(entries)
        yield loaded
        while batch := list(islice(source, BATCH)):
            async with self._database.transaction() as session:
                loading = await _Loading.begin(session, workspace_id, journey)
                await loading.take(batch)
            loaded.added += loading.added
            loaded.known += loading.known
            loaded.faults += loading.faults
            if 0 < loading.added == loaded.added:
                await self._learn_sizes()
            yield loaded
        if loaded.added:
            await self._learn_sizes()

    async def _learn_sizes(self) -> None:
        async with self._database.transaction() as session:
            await rows_of.learn_sizes(session)


class _Loading:
    """One batch on its way into the database."""

    def __init__(
        self,
        session: AsyncSession,
        workspace_id: str,
        homes: Mapping[str, str],
        usual: str | UnusableRecord,
    ) -> None:
        self._session = session
        self._workspace_id = workspace_id
        self._homes = homes
        self._usual = usual
        self.added = self.known = 0
        self.faults: list[tuple[int, str]] = []

    @classmethod
    async def begin(
        cls, session: AsyncSession, workspace_id: str, journey: str | None
    ) -> "_Loading":
        """Look up which journeys there are. Raises NoJourney for one that is named and isn't there."""
        all_ = await journeys.list_journeys(session, workspace_id)
        homes = {each.name: each.id for each in all_}
        usual: str | UnusableRecord
        if journey is not None:
            usual = (await journey_by_name(session, workspace_id, journey)).id
        else:
            try:
                usual = only_journey(all_).id
            except (AmbiguousJourney, NoJourney) as error:
                usual = UnusableRecord(str(error).removesuffix("."))
        return cls(session, workspace_id, homes, usual)

    async def take(self, batch: Sequence[Entry]) -> None:
        """Put on record what can be."""
        self.faults += [(each.line, each.fault) for each in batch if each.fault is not None]
        records = [(each.line, each.record) for each in batch if each.record is not None]
        numbers = {record.number for _, record in records if record.number is not None}
        known = dict(await rows_of.known_drift(self._session, self._workspace_id, numbers))
        fresh: list[tuple[ReportRecord, str]] = []
        for line, record in records:
            try:
                home = self._home(record)
                self._refuse_another(record, known)
            except UnusableRecord as fault:
                self.faults.append((line, str(fault)))
                continue
            if record.number in known:
                self.known += 1
                continue
            fresh.append((record, home))
            if record.number is not None:
                known[record.number] = (record.summary, record.reported_at)
        await self._add(fresh)
        self.faults.sort()

    def _home(self, record: ReportRecord) -> str:
        if record.journey is None:
            if isinstance(self._usual, UnusableRecord):
                raise self._usual
            return self._usual
        if record.journey not in self._homes:
            raise UnusableRecord(f"there is no journey called “{record.journey}”")
        return self._homes[record.journey]

    def _refuse_another(self, record: ReportRecord, known: Mapping[int, tuple[str, Any]]) -> None:
        if record.number is None or record.number not in known:
            return
        if known[record.number] != (record.summary, record.reported_at):
            raise UnusableRecord(
                f"Drift {record.number} is another report here; without a number it gets the next"
            )

    async def _add(self, fresh: Sequence[tuple[ReportRecord, str]]) -> None:
        if not fresh:
            return
        await self._number([record for record, _ in fresh])
        place = await table.drift_place(self._session, self._workspace_id, 0)
        rows: dict[type[SQLModel], list[dict[str, Any]]]
        rows = {DriftReport: [], **{model: [] for model in _MODELS.values()}, DriftWords: []}
        for record, home in fresh:
            for model, values in _rows(self._workspace_id, record, home, place):
                rows[model].append(values)
        await rows_of.add_drift_rows(self._session, rows)
        self.added += len(fresh)

    async def _number(self, records: Sequence[ReportRecord]) -> None:
        """Give numbers to those without, and see that none is ever given again."""
        highest = max((record.number or 0 for record in records), default=0)
        if highest:
            await table.keep_drift_number(self._session, self._workspace_id, highest)
        nameless = [record for record in records if record.number is None]
        if not nameless:
            return
        first = await table.next_drift_number(self._session, self._workspace_id)
        last = first + len(nameless) - 1
        await table.keep_drift_number(self._session, self._workspace_id, last)
        for number, record in enumerate(nameless, start=first):
            record.number = number


async def _records(
    session: AsyncSession,
    workspace_id: str,
    batch: Sequence[DriftReport],
    names: Mapping[str, str],
) -> list[dict[str, Any]]:
    numbers = [report.number for report in batch]
    parts: dict[str, Mapping[int, Sequence[SQLModel]]] = {
        "evidence": await rows_of.list_drift_parts(session, DriftEvidence, workspace_id, numbers),
        "events": await rows_of.list_drift_parts(session, DriftEvent, workspace_id, numbers),
        "links": await rows_of.list_drift_parts(session, DriftLink, workspace_id, numbers),
        "me_too_by": await rows_of.list_drift_parts(session, DriftMeToo, workspace_id, numbers),
    }
    return [
        {
            **field_values(report, ReportRecord),
            "journey": names[report.journey_id],
            **{
                name: [field_values(row, PARTS[name]) for row in of.get(report.number, ())]
                for name, of in parts.items()
            },
        }
        for report in batch
    ]


def _rows(
    workspace_id: str, record: ReportRecord, journey_id: str, place: int
) -> Iterator[tuple[type[SQLModel], dict[str, Any]]]:
    """The rows of one report, in the order of the tables."""
    assert record.number is not None  # noqa: S101 - the caller has numbered it
    key = {"workspace_id": workspace_id, "number": record.number}
    values = record.model_dump(exclude={"journey", "number", *PARTS})
    changed_at = record.changed_at or record.resolved_at or record.reported_at
    yield DriftReport, {**key, **values, "journey_id": journey_id, "changed_at": changed_at}
    for name, model in _MODELS.items():
        for id_, part in enumerate(_parts(record, name), start=1):
            own = {} if model is DriftMeToo else {"id": id_}
            yield model, {**key, **own, **part.model_dump()}
    words = [each.text for each in record.evidence if each.text and not each.is_private]
    found_by = " ".join(search_words([record.summary, *words]))
    yield DriftWords, {**key, "place": place + record.number, "words": found_by}


def _parts(record: ReportRecord, name: str) -> Sequence[Any]:
    if name != "events" or record.events:
        return list(getattr(record, name))
    # Written by hand: a history that explains the state begins and ends with it.
    began = EventRecord(
        what=Change.STATE,
        after=str(record.state),
        actor=record.reporter,
        happened_at=record.changed_at or record.reported_at,
    )
    return [began]
