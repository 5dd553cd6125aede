"""The rule pass: a stack and a text in, findings with exact spans out."""

from coherence.rules.compiled import CompiledStack, compile_stack
from coherence.rules.folding import is_blank_phrase
from coherence.rules.running import RulePass, pass_rules, run_rules

__all__ = [
    "CompiledStack",
    "RulePass",
    "compile_stack",
    "is_blank_phrase",
    "pass_rules",
    "run_rules",
]
