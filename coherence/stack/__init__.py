"""The Coherence Stack: its document, its file, its versions."""
