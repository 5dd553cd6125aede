"""The scopes that the bot's token carries; a test holds them to the manifests."""

REQUIRED_SCOPES = frozenset({"chat:write", "commands", "im:history", "users:read"})
"""What the manifests ask for."""

CHANNEL_SCOPES = frozenset({"channels:read", "groups:read"})
"""With these `coherence doctor` can also say whether the bot is in the linked channels."""

HISTORY_SCOPES = frozenset({"channels:history", "groups:history"})
"""With these the bot finds out whether a post of its own has arrived, where it never heard."""

PICTURE_SCOPES = frozenset({"files:write"})
"""With this the bot shows charts."""

GROUP_SCOPES = frozenset({"usergroups:read", "usergroups:write"})
"""With these a user group's handle reaches whoever is on duty."""

TOPIC_SCOPES = frozenset({"channels:write.topic", "groups:write.topic"})
"""With these, and those to see channels, a channel's topic names whoever is on duty."""

OPTIONAL_SCOPES = CHANNEL_SCOPES | HISTORY_SCOPES | PICTURE_SCOPES | GROUP_SCOPES | TOPIC_SCOPES
"""What the manifests offer; whoever installs the app may decline it."""
