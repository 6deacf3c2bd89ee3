"""Reads one `{{ … }}` or `{% … %}`: words and signs, then a tree, by precedence climbing."""

import re
from dataclasses import dataclass

from kervan.content import nodes
from kervan.content.filters import OFFERED
from kervan.kernel.errors import KervanError

MAX_NODES = 120
MAX_TEXT_CHARS = 1_000
MAX_NESTING = 16
TESTS = ("defined", "undefined", "none", "odd", "even", "number", "string")
_LOOP_KEYS = ("index", "index0", "first", "last", "length")
# The engine brings these as functions; a variable of that name would mean one of them.
_ENGINE_NAMES = ("range", "dict", "namespace", "debug", "self", "super")
_WORDS = ("and", "or", "not", "in", "is", "if", "else")
_TOKEN = re.compile(
    r"""(?P<text>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')"""
    r"|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>==|!=|<=|>=|//|[-+*/%~<>()\[\],.:|=])"
)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_COMPARE = ("==", "!=", "<", ">", "<=", ">=")
# Loosest first: sums, then joining, then products, as in Jinja.
_LEVELS = (("+", "-"), ("~",), ("*", "/", "//", "%"))


@dataclass(frozen=True, slots=True)
class Token:
    """One word or sign; `kind` is text, number, name, sign or end."""

    kind: str
    text: str
    line: int


class Reader:
    """Reads from `at` in `source` up to the tag's `close`, which lies at `end` afterwards."""

    def __init__(self, source: str, at: int, line: int, part: str, close: str) -> None:
        self.part = part
        self.end = at
        self.trims = False
        self._line = line
        self._tokens = self._split(source, at, line, close)
        self._at = 0
        self._nodes = 0
        self._nesting = 0

    def whole(self) -> nodes.Expression:
        """The one expression that fills the tag."""
        node = self.expression()
        self.finish()
        return node

    def finish(self) -> None:
        """Nothing may be left. Raises content.unexpected."""
        if self._peek().kind != "end":
            raise self.unexpected()

    def take(self, kind: str) -> Token:
        """The next token, which must be of `kind`."""
        if self._peek().kind != kind:
            raise self.unexpected()
        self._at += 1
        return self._tokens[self._at - 1]

    def skip(self, sign: str) -> bool:
        """Whether `sign` came next; it is then behind us."""
        if self._peek().kind == "sign" and self._peek().text == sign:
            self._at += 1
            return True
        return False

    def skip_word(self, word: str) -> bool:
        """Like `skip`, for a word of the language."""
        if self._peek().kind == "name" and self._peek().text == word:
            self._at += 1
            return True
        return False

    def unexpected(self) -> KervanError:
        """The error for the token that stands here."""
        token = self._peek()
        found = token.text or "end"
        return KervanError("content.unexpected", part=self.part, line=token.line, found=found)

    def check_name(self, token: Token) -> None:
        """A variable's name: plain ASCII, not private, not the engine's."""
        if token.text.startswith("_") or not token.text.isascii():
            raise self._error("content.name_private", token.line, name=token.text)
        if token.text in _ENGINE_NAMES or token.text in _WORDS:
            raise self._error("content.name_reserved", token.line, name=token.text)

    def expression(self) -> nodes.Expression:
        """`a if b else c` and everything that binds tighter."""
        self._nesting += 1
        if self._nesting > MAX_NESTING:
            raise self._error("content.too_complex", self._peek().line)
        node = self.operand()
        if self.skip_word("if"):
            condition = self.operand()
            otherwise = self.expression() if self.skip_word("else") else nodes.Literal("")
            node = self._made(nodes.Conditional(node, condition, otherwise))
        self._nesting -= 1
        return node

    def operand(self) -> nodes.Expression:
        """`or`, and everything that binds tighter."""
        node = self._both()
        while self.skip_word("or"):
            node = self._made(nodes.Binary("or", node, self._both()))
        return node

    def _both(self) -> nodes.Expression:
        node = self._denial()
        while self.skip_word("and"):
            node = self._made(nodes.Binary("and", node, self._denial()))
        return node

    def _denial(self) -> nodes.Expression:
        denials = 0
        while self.skip_word("not"):
            denials += 1
        node = self._comparison()
        return self._made(nodes.Unary("not", node)) if denials % 2 else node

    def _comparison(self) -> nodes.Expression:
        node = self._level(0)
        token = self._peek()
        if token.kind == "sign" and token.text in _COMPARE:
            self._at += 1
            return self._made(nodes.Binary(token.text, node, self._level(0)))
        if self.skip_word("in"):
            return self._made(nodes.Binary("in", node, self._level(0)))
        if token.text == "not" and self._tokens[self._at + 1].text == "in":
            self._at += 2
            return self._made(nodes.Unary("not", nodes.Binary("in", node, self._level(0))))
        return node

    def _level(self, level: int) -> nodes.Expression:
        if level == len(_LEVELS):
            return self._signed()
        node = self._level(level + 1)
        while self._peek().kind == "sign" and self._peek().text in _LEVELS[level]:
            sign = self.take("sign").text
            node = self._made(nodes.Binary(sign, node, self._level(level + 1)))
        return node

    def _signed(self) -> nodes.Expression:
        negative = False
        while self.skip("-"):
            negative = not negative
        node = self._postfix(self._atom())
        return self._made(nodes.Unary("-", node)) if negative else node

    def _atom(self) -> nodes.Expression:
        token = self._peek()
        if token.kind == "text":
            self._at += 1
            return self._made(nodes.Literal(self._unescape(token)))
        if token.kind == "number":
            self._at += 1
            if len(token.text) > 15:
                raise self._error("content.too_complex", token.line)
            value = float(token.text) if "." in token.text else int(token.text)
            return self._made(nodes.Literal(value))
        if self.skip("("):
            node = self.expression()
            self._must(")")
            return node
        if self.skip("["):
            return self._made(nodes.ListOf(self._arguments("]")))
        if token.kind != "name":
            raise self.unexpected()
        constants: dict[str, bool | None] = {
            "true": True,
            "True": True,
            "false": False,
            "False": False,
            "none": None,
            "None": None,
        }
        self._at += 1
        if token.text in constants:
            return self._made(nodes.Literal(constants[token.text]))
        self.check_name(token)
        return self._made(nodes.Name(token.text))

    def _postfix(self, node: nodes.Expression) -> nodes.Expression:
        while True:
            if self.skip("."):
                node = self._key(node, self.take("name"))
            elif self.skip("["):
                node = self._subscript(node)
            elif self.skip("|"):
                node = self._filter(node)
            elif self.skip_word("is"):
                negated = self.skip_word("not")
                token = self.take("name")
                if token.text not in TESTS:
                    raise self._error(
                        "content.test_unknown", token.line, name=token.text, known=", ".join(TESTS)
                    )
                node = self._made(nodes.Test(node, token.text, negated))
            elif self._peek().text == "(" and self._peek().kind == "sign":
                raise self._error("content.call", self._peek().line)
            else:
                return node

    def _key(self, node: nodes.Expression, token: Token) -> nodes.Expression:
        if token.text.startswith("_"):
            raise self._error("content.name_private", token.line, name=token.text)
        if node == nodes.Name("loop") and token.text not in _LOOP_KEYS:
            raise self._error(
                "content.loop_key", token.line, name=token.text, known=", ".join(_LOOP_KEYS)
            )
        return self._made(nodes.Attr(node, token.text))

    def _subscript(self, node: nodes.Expression) -> nodes.Expression:
        token = self._peek()
        if token.kind == "text":
            self._at += 1
            self._must("]")
            return self._key(node, Token("name", self._unescape(token), token.line))
        low = self._whole_number()
        if self.skip(":"):
            high = self._whole_number()
            self._must("]")
            return self._made(nodes.Slice(node, low, high))
        if low is None:
            raise self.unexpected()
        self._must("]")
        return self._made(nodes.Attr(node, low))

    def _filter(self, node: nodes.Expression) -> nodes.Expression:
        token = self.take("name")
        if token.text not in OFFERED:
            raise self._error(
                "content.filter_unknown", token.line, name=token.text, known=", ".join(OFFERED)
            )
        args: list[nodes.Expression] = []
        named: list[tuple[str, nodes.Expression]] = []
        if self.skip("("):
            while not self.skip(")"):
                if self._peek().kind == "name" and self._tokens[self._at + 1].text == "=":
                    key = self.take("name").text
                    self.skip("=")
                    named.append((key, self.expression()))
                else:
                    args.append(self.expression())
                if not self.skip(",") and self._peek().text != ")":
                    raise self.unexpected()
        least, most, names = OFFERED[token.text]
        if not least <= len(args) <= most or not {key for key, _ in named} <= set(names):
            raise self._error("content.filter_arguments", token.line, name=token.text)
        return self._made(nodes.Filter(node, token.text, tuple(args), tuple(named)))

    def _arguments(self, close: str) -> tuple[nodes.Expression, ...]:
        items: list[nodes.Expression] = []
        while not self.skip(close):
            items.append(self.expression())
            if not self.skip(",") and self._peek().text != close:
                raise self.unexpected()
        return tuple(items)

    def _whole_number(self) -> int | None:
        negative = self.skip("-")
        if self._peek().kind != "number":
            if negative:
                raise self.unexpected()
            return None
        token = self.take("number")
        if "." in token.text or len(token.text) > 6:
            raise self._error("content.unexpected", token.line, found=token.text)
        return -int(token.text) if negative else int(token.text)

    def _unescape(self, token: Token) -> str:
        def one(found: re.Match[str]) -> str:
            sign = found.group(1)
            if sign not in _ESCAPES:
                raise self._error("content.unexpected", token.line, found="\\" + sign)
            return _ESCAPES[sign]

        if len(token.text) > MAX_TEXT_CHARS:
            raise self._error("content.too_complex", token.line)
        return re.sub(r"\\(.)", one, token.text[1:-1])

    def _must(self, sign: str) -> None:
        if not self.skip(sign):
            raise self.unexpected()

    def _made(self, node: nodes.Expression) -> nodes.Expression:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise self._error("content.too_complex", self._peek().line)
        return node

    def _peek(self) -> Token:
        return self._tokens[self._at]

    def _error(self, code: str, line: int, **params: object) -> KervanError:
        return KervanError(code, 400, part=self.part, line=line, **params)

    def _split(self, source: str, at: int, line: int, close: str) -> list[Token]:
        tokens: list[Token] = []
        while True:
            while source[at : at + 1].isspace():
                line += source[at] == "\n"
                at += 1
            dash = source.startswith("-" + close, at)
            if dash or source.startswith(close, at):
                self.end, self.trims = at + len(close) + dash, dash
                return [*tokens, Token("end", "", line), Token("end", "", line)]
            found = _TOKEN.match(source, at)
            if found is None:
                if at >= len(source):
                    opener = "{{" if close == "}}" else "{%"
                    raise self._error("content.unclosed", self._line, opener=opener)
                raise self._error("content.unexpected", line, found=source[at])
            tokens.append(Token(str(found.lastgroup), found.group(), line))
            at = found.end()
