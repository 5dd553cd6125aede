"""A small, strict local Slack to try and test the bot in."""
