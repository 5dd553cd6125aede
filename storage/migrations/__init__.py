"""The schema's history, and the way to the newest one."""
