"""What asking a model costs and where the questions go, by the settings."""

from urllib.parse import urlsplit

from bot.settings import Settings
from coherence.clock import Clock
from coherence.usage import Meter, Prices
from storage.database import Database


def make_meter(settings: Settings, database: Database, now: Clock) -> Meter:
    """What holds each workspace to the budget that the settings give it."""
    prices = None
    if settings.input_price is not None and settings.output_price is not None:
        prices = Prices(settings.input_price, settings.output_price)
    return Meter(database, now, settings.daily_tokens, prices)


def model_host(settings: Settings) -> str | None:
    """The host that drafts are sent to; None without a key, since then none is."""
    return urlsplit(settings.openai_base_url).hostname if settings.openai_api_key else None
