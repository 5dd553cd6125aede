"""Shapes that travel: JSON objects, and the errors that Slack or the control API answer with."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


class SlackError(Exception):
    """Slack refuses a Web API call; `error` is the name that Slack gives the reason."""

    def __init__(self, error: str, *messages: str, **extra: object) -> None:
        super().__init__(error)
        self.error = error
        self.messages = list(messages)
        self.extra = extra

    def answer(self) -> Json:
        """Return the body that Slack would send."""
        body: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            body["response_metadata"] = {"messages": self.messages}
        return body


class WrongCallError(Exception):
    """The control API was called wrongly; the text is one sentence for whoever called it."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.status = status
