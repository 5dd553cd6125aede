"""Stacks for tests: generated ones of every shape, and a small one to change."""

from typing import Any

from hypothesis import strategies as st

from coherence.stack.document import Stack

_SEEN = st.characters(exclude_categories=["Cc", "Cs"])
_BREAKS = st.sampled_from(
    ["\n", "\t", ": ", " #", "- ", "*", "&", "!", "%", "'", '"', "\n\n", "0x1", "true"]
)


def _texts(limit: int) -> st.SearchStrategy[str]:
    parts = st.lists(st.one_of(st.text(_SEEN, max_size=12), _BREAKS), max_size=6)
    # A visible letter, so that no text is blank.
    return st.builds(
        lambda part, letter: f"{letter}{''.join(part)}"[:limit], parts, st.sampled_from("aé字0-")
    )


texts = _texts(200)
names = _texts(75).map(lambda name: " ".join(name.split()) or "a")
phrases = _texts(60).filter(lambda phrase: any(map(str.isalnum, phrase)))
phrase_lists = st.lists(phrases, min_size=1, max_size=3)
pairs = st.dictionaries(phrases, phrases, min_size=1, max_size=3)
expressions = st.sampled_from([r"\bvery\b", "!{2,}", r"[A-Z]{3,5}", "a: b #", "- x", "é|ß"])


def _items(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    required = {key: value for key, value in keys.items() if not key.startswith("maybe_")}
    optional = {key[6:]: value for key, value in keys.items() if key.startswith("maybe_")}
    return st.lists(st.fixed_dictionaries(required, optional=optional), max_size=3)


_narratives = st.fixed_dictionaries(
    {},
    optional={
        "from": st.fixed_dictionaries({"text": texts}),
        "to": st.fixed_dictionaries({"text": texts}),
        "milestones": _items(name=names, text=texts, maybe_obstacle=texts, maybe_feeling=texts),
    },
)
_common = {
    "maybe_level": st.sampled_from(["suggestion", "warning", "error"]),
    "maybe_message": texts,
    "maybe_why": texts,
}


def _rules(kind: str, **keys: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return _items(kind=st.just(kind), **keys, **_common)


_any_rules = st.one_of(
    _rules("existence", tokens=phrase_lists, maybe_raw=st.lists(expressions, max_size=2)),
    _rules("substitution", swap=pairs, maybe_ignorecase=st.booleans()),
    _rules(
        "occurrence", tokens=phrase_lists, max=st.integers(0, 9), maybe_scope=st.just("sentence")
    ),
    _rules("repetition", maybe_exceptions=phrase_lists),
    _rules("consistency", either=pairs),
    _rules("conditional", first=expressions, second=expressions),
    _rules("capitalization", match=st.sampled_from(["$title", "$upper", "[A-Z].*"])),
)
_contents = st.fixed_dictionaries(
    {"format": st.just(1), "journey": names, "language": st.sampled_from(["en", "pt-BR", "no"])},
    optional={
        "vision": _items(text=texts),
        "narrative": _narratives,
        "promises": _items(text=texts, maybe_limits=texts),
        "never": _items(text=texts, maybe_patterns=phrase_lists),
        "tone": _items(text=texts, maybe_avoid=phrase_lists),
        "terms": _items(use=phrases, instead_of=phrase_lists, maybe_why=texts),
        "system": _items(text=texts, maybe_owner=names),
        "touchpoints": _items(
            name=names,
            maybe_max_words=st.integers(1, 500),
            maybe_copy=texts,
            maybe_checklist=_items(text=texts, maybe_forbids=phrase_lists),
        ),
        "rules": _any_rules,
        "examples": _items(text=texts, verdict=st.sampled_from(["fits", "conflict"])),
    },
)


@st.composite
def stacks(draw: st.DrawFn) -> Stack:
    """A stack of any shape; ids are drawn from few, so that two stacks share some."""
    content = draw(_contents)
    ids = iter(draw(st.permutations([f"I{n}" for n in range(45)])))
    return Stack.model_validate({key: _with_ids(value, ids) for key, value in content.items()})


def _with_ids(value: Any, ids: Any, *, inside: bool = False) -> Any:
    if isinstance(value, list) and all(isinstance(entry, dict) for entry in value):
        return [_item(entry, ids) for entry in value]
    if isinstance(value, dict) and not inside:
        return {
            k: _item(v, ids) if isinstance(v, dict) else _with_ids(v, ids) for k, v in value.items()
        }
    return value


def _item(entry: dict[str, Any], ids: Any) -> dict[str, Any]:
    own = {
        key: _with_ids(value, ids) if key == "checklist" else value for key, value in entry.items()
    }
    return {"id": next(ids), **own}


def small(**sections: Any) -> Stack:
    """A stack with these sections and nothing else."""
    return Stack.model_validate({"format": 1, "journey": "J", "language": "en", **sections})
