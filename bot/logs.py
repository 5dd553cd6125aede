"""Structured logs: readable lines in a terminal or JSON, never a token, never what people wrote."""

import logging
import sys
from typing import TextIO

import regex
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.settings import LogFormat

_SECRET = regex.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|xoxe\.[\w.-]+|sk-[\w-]{8,}|://[^/\s:@]+:[^/\s@]+@"
)

# Libraries that would log requests, and with them what people wrote, below this level.
_QUIET = {
    "slack_bolt": logging.WARNING,
    "slack_sdk": logging.WARNING,
    # It would warn of every tick that takes longer than the next one waits.
    "apscheduler": logging.ERROR,
    "alembic": logging.WARNING,
    "aiosqlite": logging.WARNING,
    "openai": logging.WARNING,
    "httpx2": logging.WARNING,
    "httpcore2": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,
    "asyncio": logging.WARNING,
}


def configure_logs(
    log_format: LogFormat, stream: TextIO = sys.stderr, *, level: int = logging.INFO
) -> None:
    """Send our own and the libraries' log records, from `level` on, to one stream in one format."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=_final_processors(log_format, stream)
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, least in _QUIET.items():
        logging.getLogger(name).setLevel(least)


def _final_processors(log_format: LogFormat, stream: TextIO) -> list[Processor]:
    renderer: Processor
    if log_format is LogFormat.JSON:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=stream.isatty())
    return [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        _redact_secrets,
        renderer,
    ]


def _redact_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {
        key: _SECRET.sub("[secret]", value) if isinstance(value, str) else value
        for key, value in event.items()
    }
