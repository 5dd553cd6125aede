"""Published narratives, compiled once per version and kept."""

from sqlmodel.ext.asyncio.session import AsyncSession

from coherence.journeys import journey_by_id
from coherence.rules import CompiledStack, compile_stack
from coherence.stack.document import Stack
from coherence.stack.versions import find_published
from storage import stack
from storage.database import Database
from storage.journeys import Journey

_KEPT = 64


class Narratives:
    """The published narratives that a process works with."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._compiled: dict[tuple[str, str, int], CompiledStack] = {}

    async def newest(self, session: AsyncSession, journey: Journey) -> tuple[int, CompiledStack]:
        """A journey's newest version and its number. Raises NoPublishedStack."""
        number = await stack.latest_number(session, journey.workspace_id, journey.id)
        compiled = self._compiled.get((journey.workspace_id, journey.id, number or 0))
        if number is not None and compiled is not None:
            return number, compiled
        version = await find_published(session, journey)
        return version.number, self._keep(journey, version.number, version.document)

    async def version(self, workspace_id: str, journey_id: str, number: int) -> CompiledStack:
        """One version of a journey's narrative. Raises NoJourney or NoPublishedStack."""
        if (compiled := self._compiled.get((workspace_id, journey_id, number))) is not None:
            return compiled
        async with self._database.reading() as session:
            journey = await journey_by_id(session, workspace_id, journey_id)
            version = await find_published(session, journey, number)
        return self._keep(journey, number, version.document)

    def forget(self, workspace_id: str) -> None:
        """Let go of a workspace's narratives: erasing a person changes published ones."""
        for key in [key for key in self._compiled if key[0] == workspace_id]:
            del self._compiled[key]

    def _keep(self, journey: Journey, number: int, document: object) -> CompiledStack:
        compiled = compile_stack(Stack.model_validate(document))
        # Published versions never change, so an entry can only become unused, never wrong.
        while len(self._compiled) >= _KEPT:
            self._compiled.pop(next(iter(self._compiled)))
        self._compiled[journey.workspace_id, journey.id, number] = compiled
        return compiled
