"""The practice: use cases and pure rules; knows no Slack and no model vendor."""
