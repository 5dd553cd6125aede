"""Rituals: questions inside what a team does anyway, the monthly review among them."""
