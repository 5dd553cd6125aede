"""A judge that can be told to give up waiting, so that a bot that stops still says what it knows."""

import asyncio

from bot.model_reply import estimate
from coherence.assessment import NotJudged
from coherence.judge import Answer, Judge, JudgeFailed, Prompt


class InterruptibleJudge:
    """Asks another judge until it is interrupted; from then on nothing is asked any more."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._waiting: set[asyncio.Timeout] = set()
        self._interrupted = False

    @property
    def model(self) -> str:
        """The model's name, as the endpoint knows it."""
        return self._judge.model

    async def ask(self, prompt: Prompt) -> Answer:
        """Ask the other judge. Raises JudgeFailed, with INTERRUPTED for a question that was given up."""
        if self._interrupted:
            raise JudgeFailed(NotJudged.INTERRUPTED)
        waiting = asyncio.timeout(None)
        self._waiting.add(waiting)
        try:
            async with waiting:
                return await self._judge.ask(prompt)
        except TimeoutError:
            # Endpoints charge for answers that nobody waits for.
            raise JudgeFailed(NotJudged.INTERRUPTED, estimate(prompt)) from None
        finally:
            self._waiting.discard(waiting)

    def interrupt(self) -> None:
        """Give up all questions that wait for an answer."""
        self._interrupted = True
        now = asyncio.get_running_loop().time()
        for waiting in self._waiting:
            waiting.reschedule(now)
