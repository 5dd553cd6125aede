"""Every sentence the bot says: a considerate colleague, short, specific, no blame."""
