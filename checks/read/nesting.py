"""How deeply a text nests, told without a parser: libcst's recurses on the machine's own stack, and a text that nests
far deeper than Python allows would end the process and not just the reading.
"""

from __future__ import annotations

import re

BRACKETS = 200
"""Open brackets, fields of f-strings included: CPython's own limit."""
TOKENS = 1_000
"""Words and signs of one element, with those of the elements around it: as deep as that can a chain of operators,
attributes or calls become, and libcst takes the square of it."""
BRANCHES = 3_000
"""Every `elif` stands inside the one before."""

_CODE = re.compile(
    r"#[^\n]*|\\\n|[ \t\f]+"
    r"|(?P<prefix>[A-Za-z]{0,2})(?P<quote>\"\"\"|'''|\"|')"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<end>[,;\n:])|(?P<word>\w+)|[^\w\s]|."
)
_REST = {
    quote: re.compile(
        rf"(?:[^\\]|\\.)*?{quote}" if len(quote) == 3 else rf"(?:[^\\\n]|\\.)*?(?:{quote}|(?=\n))", re.DOTALL
    )
    for quote in ('"""', "'''", '"', "'")
}
"""From behind an opening quote to behind the closing one."""
_FIELD = {
    quote: re.compile(
        rf"\\(?:N\{{[^}}\n]*\}}|[^{{}}])|\{{\{{|(?P<open>\{{)|(?P<close>\}}\}}?)|(?P<quote>{quote}"
        + (")" if len(quote) == 3 else r"|\n)"),
        re.DOTALL,
    )
    for quote in _REST
}
"""What matters in the text of an f-string."""


def is_too_deep(text: str) -> bool:
    """Whether the text, valid or not, may nest more deeply than any parser should be asked to follow."""
    meter = _Meter()
    at = 0
    while at < len(text) and not meter.exceeded:
        at = meter.text(text, at) if meter.quotes[-1] else meter.code(text, at)
    return meter.exceeded


class _Meter:
    """Reads on token by token. Levels are brackets, f-strings (`quotes` says by which mark they end) and fields."""

    def __init__(self) -> None:
        self.quotes = [""]
        self.fields = [False]
        self.counts = [0]
        self.total = 0
        self.branches = 0

    @property
    def exceeded(self) -> bool:
        """Whether a limit is passed."""
        return self.total > TOKENS or len(self.counts) > BRACKETS or self.branches > BRANCHES

    def push(self, quote: str, *, field: bool) -> None:
        """A level begins."""
        self.quotes.append(quote)
        self.fields.append(field)
        self.counts.append(0)
        self.token()

    def pop(self) -> None:
        """The innermost level ends and counts as one token outside; too many ends are no matter."""
        if len(self.counts) > 1:
            self.quotes.pop()
            self.fields.pop()
            self.reset()
            self.counts.pop()
        self.token()

    def token(self) -> None:
        """One more in the element."""
        self.counts[-1] += 1
        self.total += 1

    def reset(self) -> None:
        """The next element begins."""
        self.total -= self.counts[-1]
        self.counts[-1] = 0

    def code(self, text: str, at: int) -> int:
        """One token of code; where the next one begins."""
        found = _CODE.match(text, at)
        if found is None:  # pragma: no cover - the pattern takes any character
            return at + 1
        kind, word = found.lastgroup, found[0]
        if kind == "quote":
            return self.string(text, found)
        if kind == "open":
            self.push("", field=False)
        elif kind == "close":
            self.pop()
        elif kind == "end":
            self.separator(word)
        elif not word.isspace() and word[0] not in "#\\":
            self.token()
            self.branches += word == "elif"
        return found.end()

    def separator(self, word: str) -> None:
        """A comma ends an element, a line only outside brackets; a colon in a field begins its format."""
        if word == ":":
            if self.fields[-1]:
                self.push(self._quote(), field=True)
            else:
                self.token()
        elif word != "\n" or len(self.counts) == 1:
            self.reset()

    def _quote(self) -> str:
        """The mark of the f-string around a field."""
        return next((quote for quote in reversed(self.quotes) if quote), "")

    def string(self, text: str, found: re.Match[str]) -> int:
        """A string, which however many follow one another nests nothing, or the beginning of an f-string."""
        quote = found["quote"]
        if not set(found["prefix"].lower()).isdisjoint("ft"):
            self.push(quote, field=False)
            return found.end()
        end = _REST[quote].match(text, found.end())
        return end.end() if end else len(text)

    def text(self, text: str, at: int) -> int:
        """The next thing that matters in an f-string or a format; where to read on."""
        found = _FIELD[self.quotes[-1]].search(text, at)
        if found is None:
            return len(text)
        if found.lastgroup == "open":
            self.push("", field=True)
        elif found.lastgroup == "close":
            if self.fields[-1]:  # the format ends, and its field with it
                self.pop()
                self.pop()
                return found.start() + 1
        elif found.lastgroup == "quote":
            while self.fields[-1]:  # a format that was never closed
                self.pop()
            self.pop()
        return found.end()
