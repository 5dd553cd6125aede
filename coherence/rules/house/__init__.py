"""The house rules of a stack (docs/rules.md): seven kinds, run over one text."""
