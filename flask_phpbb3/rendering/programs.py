"""What each element of a board's texts becomes: phpBB's own, the board's BBCodes, those that are hidden."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from .compiler import Options, compile_template
from .elements import ELEMENTS, ElementRules
from .escaping import escape_text, percent_encoded
from .linking import Linked
from .markup import PLAIN, STYLE_BITS
from .program import Dynamic, Frame, Program, Run
from .smilies import Smilies
from .usage import RefusedDefinitionError, Usage, parse_usage
from .viewer import BoardTexts, Reader
from .words import known_word

logger = logging.getLogger("flask_phpbb3.rendering")

HIDDEN_CLASS: Final = "phpbb3-hidden"
HIDDEN_WORD: Final = "HIDDEN_TEXT"

_MOST_READERS: Final = 100
_MOST_ELEMENTS: Final = 2000
_LOCAL_URL: Final = re.compile(r"\{LOCAL_URL[0-9]*\}")
_NO_RULES: Final = ElementRules()
_ASKS_WHO_READS: Final = re.compile(r"""\btest\s*=\s*(?:"[^"$]*\$|'[^'$]*\$)(?!L_|S_VIEW)""")
_PARAGRAPH: Final = "<p><xsl:apply-templates/></p>"


@dataclass(frozen=True)
class Definition:
    """A BBCode of the board's table, or why there is none.

    :ivar name: the name of its elements.
    :ivar tag: its name as the table has it.
    :ivar usage: what its usage line declares; None if that was refused.
    :ivar program: how it becomes HTML; None if the definition was refused, but nothing is shown if it asks who
        reads.
    :ivar refusal: why it was refused.
    """

    name: str
    tag: str
    usage: Usage | None = None
    program: Program | None = None
    refusal: str = ""


def check_markup(markup: Mapping[str, str]) -> None:
    """Compile the markup of elements.

    :raises ValueError: if a template cannot be used; names the element.
    """
    programs = Programs(BoardTexts(overrides=markup), Smilies(()))
    for name in markup:
        try:
            programs._custom_or_own(name, frozenset())
        except RefusedDefinitionError as error:
            raise ValueError(f"{name}: {error}") from None


class Programs:
    """The programs of a board, compiled when an element is first met.

    :param texts: the board's BBCodes and markup.
    :param smilies: its smilies.
    """

    def __init__(self, texts: BoardTexts, smilies: Smilies) -> None:
        self._texts = texts
        self._smilies = smilies
        self._options = Options(schemes=texts.link_schemes, scripts=texts.unsafe_templates)
        self._owners = Options(schemes=texts.link_schemes, scripts=True)
        self._rows = _rows_by_element(texts)
        self._definitions: dict[str, Definition] = {}
        self._tables: dict[object, Table] = {}
        self._last: tuple[Reader, Table] | None = None

    def for_reader(self, reader: Reader) -> Table:
        """Return how elements become HTML for a reader; readers who differ in dates only share it."""
        last = self._last
        if last is not None and last[0] is reader:
            return last[1]
        key = _reading_key(reader)
        table = self._tables.get(key)
        if table is None:
            if len(self._tables) >= _MOST_READERS:
                self._tables.clear()
            table = self._tables[key] = Table(self, reader, parameters(reader, self._texts))
        self._last = (reader, table)
        return table

    def program(self, name: str, bits: frozenset[int]) -> Program | None:
        """Return how an element becomes HTML; None where its children are shown as if it were not there.

        :param bits: the BBCodes to which the reader's style brings markup of its own.
        """
        try:
            program = self._custom_or_own(name, bits)
        except (
            RefusedDefinitionError
        ) as refusal:  # of a plugin's markup; the application's was tried at the start
            markup = self._texts.overrides.get(name) or self._texts.markup.get(name, "")
            asks = _ASKS_WHO_READS.search(markup)
            shown = "nothing is" if asks else "its children are"
            logger.warning("The markup of %s cannot be used, so %s shown: %s", name, shown, refusal)
            return _NOTHING if asks else None
        return _NOTHING if program is not None and program.undecided else program

    @property
    def link_schemes(self) -> frozenset[str]:
        """Return the schemes that may be linked."""
        return self._texts.link_schemes

    def definitions(self) -> list[Definition]:
        """Compile every BBCode of the board's table and return them all, by name."""
        return [self._definition(name) for name in sorted(self._rows)]

    def restricted_names(self) -> set[str]:
        """Return the names, in lower case, of the elements that not everybody is shown alike."""
        names = {found.name for found in self.definitions() if found.program and found.program.restricted}
        bits = frozenset(STYLE_BITS.values())
        for name in {*self._texts.overrides, *self._texts.markup}:
            program = None if name.endswith(PLAIN) else self.program(name, bits)
            if program is not None and program.restricted:
                names.add(name)
        return {name.lower() for name in names}

    def is_hidden(self, name: str) -> bool:
        """Tell whether a notice is shown instead of an element's content (phpBB rule: Hidden BBCodes)."""
        return self._custom_or_own(name, frozenset(STYLE_BITS.values())) is _HIDDEN

    def is_undecided(self, name: str) -> bool:
        """Tell whether an element's template asks for what nobody knows (phpBB rule: Hidden BBCodes)."""
        program = self._custom_or_own(name, frozenset(STYLE_BITS.values()))
        return program is not None and program.undecided

    def _custom_or_own(self, name: str, bits: frozenset[int]) -> Program | None:
        markup = self._texts.overrides.get(name)
        if markup is not None:
            return self._own(name, markup)
        if name in self._rows and (program := self._definition(name).program) is not None:
            is_open = program.open_to_all and not program.undecided
            return _HIDDEN if is_open and self._named_hidden(name) else program
        if self._named_hidden(name):
            return _HIDDEN
        if name == "p":
            return self._own(name, _PARAGRAPH)
        if name in STYLE_BITS and STYLE_BITS[name] not in bits and name + PLAIN in self._texts.markup:
            return self._own(name, self._texts.markup[name + PLAIN])
        markup = self._texts.markup.get(name)
        return None if markup is None else self._own(name, markup)

    def _named_hidden(self, name: str) -> bool:
        return name.lower() in self._texts.hidden

    def _own(self, name: str, markup: str) -> Program:
        """Compile markup of the version or the application, which may hold event handlers."""
        rules = ELEMENTS.get(name, _NO_RULES)
        usage = self._definition(name).usage if name in self._rows else None
        if name == "E":
            return self._smiley(markup)
        return compile_template(
            markup,
            self._owners,
            usage=None if name in ELEMENTS else usage,
            types=rules.checks,
            derive=rules.derive,
            derived=rules.derived,
        )

    def _smiley(self, markup: str) -> Program:
        names = frozenset({"src", "width", "height", "emotion"})
        shown = compile_template(markup, self._owners, derived=names)
        smilies = self._smilies

        def show(frame: Frame) -> str:
            code, run = frame.text(), frame.run
            known = run.programs.smilies.get(code)
            if known is not None:
                return known
            smiley = smilies.get(code) if run.reader.smilies else None
            if smiley is None:
                return escape_text(code)
            values = {
                "src": f"{frame.parameter('T_SMILIES_PATH')}/{percent_encoded(smiley.url)}",
                "width": str(smiley.width),
                "height": str(smiley.height),
                "emotion": smiley.emotion,
            }
            html = "".join(Linked(shown, frame, ()).filled(Frame(frame.element, values, run)))
            return run.programs.smilies.setdefault(code, html)

        return Program((Dynamic(show),))

    def _definition(self, name: str) -> Definition:
        definition = self._definitions.get(name)
        if definition is None:
            definition = self._definitions[name] = self._compiled(name)
        return definition

    def _compiled(self, name: str) -> Definition:
        """Compile the last definition of a name that is not refused."""
        definition = Definition(name, name.lower())
        for row in reversed(self._rows[name]):
            tag = str(row.get("bbcode_tag") or "")
            try:
                usage = parse_usage(str(row.get("bbcode_match") or ""))
                template = self._with_address(str(row.get("bbcode_tpl") or ""))
                return Definition(name, tag, usage, compile_template(template, self._options, usage=usage))
            except RefusedDefinitionError as refusal:
                asks = _ASKS_WHO_READS.search(str(row.get("bbcode_tpl") or ""))
                definition = Definition(name, tag, program=_NOTHING if asks else None, refusal=str(refusal))
        return definition

    def _with_address(self, template: str) -> str:
        """Put the board's address before local ones, as phpBB does."""
        board = self._texts.address.replace("{", "{{")
        return _LOCAL_URL.sub(lambda token: board + token[0], template)


class Table(dict[str, "Linked | None"]):
    """Element → how it becomes HTML for a reader; looked up once each.

    :ivar parameters: what templates may ask about the reader; language strings apart.
    :ivar smilies: code → HTML of the smilies that have been shown.
    """

    def __init__(self, programs: Programs, reader: Reader, parameters: Mapping[str, str]) -> None:
        self.parameters = parameters
        self.smilies: dict[str, str] = {}
        self._programs = programs
        self._style_bits = reader.style_bits
        self._reading = Frame(Element("r"), {}, Run(reader, self, parameters, 0))

    def __missing__(self, name: str) -> Linked | None:
        local = name.rpartition("}")[2]  # phpBB knows no namespaces, but a name in one hides as much
        program = self._programs.program(local, self._style_bits)
        linked = None if program is None else Linked(program, self._reading, self._programs.link_schemes)
        if len(self) < _MOST_ELEMENTS:  # names that no board has must not fill the memory
            self[name] = linked
        return linked


def parameters(reader: Reader, texts: BoardTexts) -> Mapping[str, str]:
    """Return what templates may ask about the reader; language strings apart."""
    return {
        "S_IS_BOT": "1" if reader.is_bot else "",
        "S_REGISTERED_USER": "1" if reader.is_registered else "",
        "S_USER_LOGGED_IN": "1" if reader.signed_in else "",
        "S_VIEWCENSORS": "1" if reader.censor else "",
        "S_VIEWFLASH": "1" if reader.flash else "",
        "S_VIEWIMG": "1" if reader.images else "",
        "S_VIEWMENTIONS": "1" if reader.mentions else "",
        "S_VIEWSMILIES": "1" if reader.smilies else "",
        "STYLE_ID": str(reader.style_id),
        "T_SMILIES_PATH": reader.board_url + texts.smilies_path,
    }


def _reading_key(reader: Reader) -> object:
    """Return all of a reader but what only dates look at."""
    return (
        reader.images,
        reader.flash,
        reader.smilies,
        reader.censor,
        reader.mentions,
        reader.signed_in,
        reader.is_registered,
        reader.is_bot,
        reader.style_bits,
        reader.style_id,
        reader.board_url,
        tuple(sorted((name, str(word)) for name, word in reader.words.items())),
    )


def _rows_by_element(texts: BoardTexts) -> dict[str, list[Mapping[str, Any]]]:
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in texts.bbcodes:
        match = str(row.get("bbcode_match") or "")
        found = re.match(r"\s*\[([^\s\[\]=/]+)", match)
        if found:
            rows.setdefault(found[1].upper(), []).append(row)
    return rows


def hidden_notice(reader: Reader) -> str:
    """Return the HTML that stands in the place of what nobody is shown."""
    notice = known_word(reader.words, HIDDEN_WORD) or "Hidden text"
    return f'<span class="{HIDDEN_CLASS}">{escape_text(notice)}</span>'


def _show_notice(frame: Frame) -> str:
    return hidden_notice(frame.run.reader)


_HIDDEN: Final = Program((Dynamic(_show_notice, is_fixed=True),), restricted=True, open_to_all=False)
_NOTHING: Final = Program((), restricted=True, undecided=True, open_to_all=False)
