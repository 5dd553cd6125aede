"""The scopes that the bot's token carries; a test holds them to the manifests."""

REQUIRED_SCOPES = frozenset({"chat:write", "commands", "im:history", "users:read"})
"""What the manifests ask for."""

OPTIONAL_SCOPES = frozenset({"channels:read", "groups:read"})
"""With these `coherence doctor` can also say whether the bot is in the linked channels."""
