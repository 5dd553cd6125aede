"""The scopes that the bot's token carries; a test holds them to the manifests."""

REQUIRED_SCOPES = frozenset({"chat:write", "commands", "im:history", "users:read"})
"""What the manifests ask for."""

CHANNEL_SCOPES = frozenset({"channels:read", "groups:read"})
"""With these `coherence doctor` can also say whether the bot is in the linked channels."""

HISTORY_SCOPES = frozenset({"channels:history", "groups:history"})
"""With these the bot finds out whether a post of its own has arrived, where it never heard."""

PICTURE_SCOPES = frozenset({"files:write"})
"""With this the bot shows charts."""

OPTIONAL_SCOPES = CHANNEL_SCOPES | HISTORY_SCOPES | PICTURE_SCOPES
"""What the manifests offer; whoever installs the app may decline it."""
