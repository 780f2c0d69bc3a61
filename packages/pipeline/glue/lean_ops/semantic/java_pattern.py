"""A contract's pattern in Java's words. The linter admits only what both languages can say (`compile-rules.ts`)."""

from __future__ import annotations

import re

from lean_ops.errors import PassError

# JavaScript's dot stops at these four; Java's has others of its own.
_DOT = r"[^\n\r\u2028\u2029]"
_ESCAPES = {r"\v": r"\x0B", r"\0": r"\x00"}
_TOKEN = re.compile(r"\\u\{([0-9A-Fa-f]+)\}|\\.|\[\^?|\]|.", re.DOTALL)
# The same list as the linter's: a model that came another way must not reach Java.
_WORDS = re.compile(r"\(\?(?!:)|\\[1-9kpPsSwWbBdD]|\[[^\]]*(&&|--|\[)|[*+?}]\+")
_EMPTY_CLASS = re.compile(r"\[\^?\]")
_ENDLESS_GROUP = re.compile(r"\)([*+]|\{\d+,\}|\{\d*,?\d{4,}\})")


def java_pattern(pattern: str) -> str:
    r"""
    Matches exactly what `new RegExp('^(?:' + pattern + ')$', 'u')` matches. Raises RULE_NOT_PORTABLE.

    A group repeated without end is refused: Java recurses once for each turn, and one long value would end the process.
    """
    if _is_unportable(pattern):
        raise PassError("RULE_NOT_PORTABLE", "a pattern rule uses what Java reads differently", "config")
    parts: list[str] = []
    is_class = False
    for match in _TOKEN.finditer(pattern):
        token = match[0]
        if match[1] is not None:
            parts.append(rf"\x{{{match[1]}}}")
        elif token.startswith("\\"):
            parts.append(_ESCAPES.get(token, token))
        elif token.startswith("[") and not is_class:
            is_class = True
            parts.append(token)
        elif token == "]" and is_class:
            is_class = False
            parts.append(token)
        elif is_class:
            parts.append(token)
        else:
            parts.append({".": _DOT, "$": r"\z", "^": r"\A"}.get(token, token))
    return rf"\A(?:{''.join(parts)})\z"


def _is_unportable(pattern: str) -> bool:
    plain = re.sub(r"\\.", "x", pattern, flags=re.DOTALL)
    groups = re.sub(r"\[[^\]]*\]", "x", plain)
    return bool(_WORDS.search(pattern) or _EMPTY_CLASS.search(plain) or _ENDLESS_GROUP.search(groups))
