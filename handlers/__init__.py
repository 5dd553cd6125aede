"""Slack in, Block Kit out."""
