"""Two hands for the same stories: a mouse, and a keyboard that has nothing else.

A story says what it does in the field's words (press, type, choose, pick, go); the hand knows how.
`Keys` touches `page.keyboard` only: it walks with Tab to what it wants, as somebody without a mouse
must, and fails where the walk never comes there.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.console.desk import Desk

Name = str | re.Pattern[str]
_MOST_STEPS = 150
_FIELD = "input, textarea"
_HERE = "(one) => one === document.activeElement"
_WHERE = """() => {
  const one = document.activeElement;
  return `${one.tagName} ${one.getAttribute('aria-label') || one.innerText || one.name || ''}`
    .replace(/\\s+/g, ' ').slice(0, 40);
}"""
_CHOSEN = "(one) => one.options[one.selectedIndex]?.label"
_ARROWS = {"menuitem": "ArrowDown", "tab": "ArrowRight", "radio": "ArrowDown"}
_GROUPS = {"tab": "[role=tablist]", "radio": "[role=radiogroup]"}  # a menu has the focus already


class Hand(ABC):
    """What somebody does at a desk; `within` is the part of the page she looks at."""

    word: str

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    @property
    def page(self) -> Page:
        """The tab she works in."""
        return self.desk.page

    def called(self, name: str) -> str:
        """A name that the other hand's story does not use."""
        return f"{name} {self.word}"

    def see(self, role: str, name: Name, within: Locator | None = None) -> Locator:
        """What is called so; a word stands for the whole name."""
        if role == "summary":  # what folds has no role that is asked for by its name
            return (within or self.page).locator("summary").filter(has_text=name)
        of: Any = role  # its type is a list of all roles there are, and has no name
        return (within or self.page).get_by_role(of, name=name, exact=True)

    def field(self, label: Name, within: Locator | None = None, of: str = _FIELD) -> Locator:
        """Where something is written, by its label."""
        place = within or self.page
        found = place.get_by_label(label, exact=True).and_(self.page.locator(of))
        for role in ("textbox", "combobox"):
            found = found.or_(self.see(role, label, within))
        return found.first

    def open(self, path: str) -> None:
        """Go to an address, as by a bookmark."""
        self.desk.open(path)

    def press(self, name: Name, role: str = "button", within: Locator | None = None) -> None:
        """Press a button, a link, an entry of a menu, a tab, or one of several choices."""
        self.press_at(self.see(role, name, within), role)

    @abstractmethod
    def press_at(self, found: Locator, role: str = "button") -> None:
        """The same where it is not known by its name alone."""

    @abstractmethod
    def mark(self, box: str, row: Locator) -> None:
        """Choose a row among others: by its box, or by the key `x` on it."""

    def type(self, label: Name, text: str, within: Locator | None = None, end: str = "") -> None:
        """Write into a field instead of what stands there; `end` is a key pressed after it."""
        self.type_at(self.field(label, within), text, end)

    @abstractmethod
    def type_at(self, field: Locator, text: str, end: str = "") -> None:
        """The same where it is not known by its label alone."""

    @abstractmethod
    def step(self, key: str) -> None:
        """Open the panel of a journey's step."""

    @abstractmethod
    def add_after(self, step: str, kind: str) -> None:
        """Put a step of a kind behind another one of a journey."""

    @abstractmethod
    def choose(self, label: Name, option: str, within: Locator | None = None) -> None:
        """Choose in a list that the browser itself draws."""

    @abstractmethod
    def pick(
        self, label: Name, option: Name, typed: str = "", within: Locator | None = None
    ) -> None:
        """Pick in a list that is searched by typing."""

    @abstractmethod
    def tick(self, label: Name, within: Locator | None = None) -> None:
        """Tick a box."""

    @abstractmethod
    def go(self, room: str) -> None:
        """Go to a room of the console."""

    @abstractmethod
    def find(self, typed: str, name: str) -> None:
        """Search everywhere and open what is found."""

    def give(self, name: Name, file: str, text: bytes) -> None:
        """Choose a file of this name and content."""
        with self.page.expect_file_chooser() as asked:
            self.press(name)
        asked.value.set_files({"name": file, "mimeType": "text/csv", "buffer": text})


class Mouse(Hand):
    """Points and clicks; letters come from a keyboard all the same."""

    word = "by mouse"

    def press_at(self, found: Locator, role: str = "button") -> None:
        """Click it, or the label that is drawn instead of it."""
        if role == "radio" and found.evaluate("(one) => one.tagName") == "INPUT":
            found = self.page.locator(f"label[for='{found.get_attribute('id')}']")
        found.click()

    def type_at(self, field: Locator, text: str, end: str = "") -> None:
        """Click into the field, and fill it."""
        field.click()
        field.fill(text)
        if end:
            field.press(end)

    def step(self, key: str) -> None:
        """Click its card."""
        self.page.locator(f"[data-step='{key}']").click()

    def add_after(self, step: str, kind: str) -> None:
        """By the + on the way out of it."""
        self.press(f"Add a step after {step}")
        offered = self.page.locator("[data-kind]").filter(has_text=re.compile(f"^{kind}"))
        offered.first.click()

    def choose(self, label: Name, option: str, within: Locator | None = None) -> None:
        """The browser's own list is out of the page's sight: it is chosen in at once."""
        self.field(label, within, "select").select_option(label=option)

    def pick(
        self, label: Name, option: Name, typed: str = "", within: Locator | None = None
    ) -> None:
        """Click, write, click what is offered."""
        field = self.field(label, within)
        field.click()
        if typed:
            field.fill(typed)
        self.see("option", option).click()

    def tick(self, label: Name, within: Locator | None = None) -> None:
        """Click it."""
        self.field(label, within).check()

    def mark(self, box: str, row: Locator) -> None:
        """Click the box."""
        self.page.get_by_role("checkbox", name=box).click()

    def go(self, room: str) -> None:
        """By the menu at the left."""
        self.page.get_by_role("navigation").or_(self.page.locator("nav")).first.get_by_role(
            "link", name=room, exact=True
        ).click()
        self.desk.settle()

    def find(self, typed: str, name: str) -> None:
        """By the field above."""
        self.page.locator("header [aria-keyshortcuts]").click()
        self.page.get_by_role("combobox", name="Go to or find").fill(typed)
        self.page.get_by_role("option").filter(has_text=name).first.click()
        self.desk.settle()


class Keys(Hand):
    """Only keys; whatever it wants must be reached from where the focus stands."""

    word = "by keys"

    def open(self, path: str) -> None:
        """And skip what stands on every page."""
        super().open(path)
        self._hit("Tab")
        self._hit("Enter")

    def press_at(self, found: Locator, role: str = "button") -> None:
        """Walk there, with arrows where the pattern wants them, and press it."""
        expect(found).to_be_enabled()
        self.walk(found, role)
        if role not in ("tab", "radio"):
            self._hit("Enter")

    def type_at(self, field: Locator, text: str, end: str = "") -> None:
        """Walk to the field and write over what stands there."""
        self.walk(field)
        self._hit("ControlOrMeta+a")
        if text:
            self.page.keyboard.type(text)
        else:
            self._hit("Delete")
        if end:
            self._hit(end)

    def step(self, key: str) -> None:
        """Tab comes to one card, arrows lead on, Enter opens."""
        self._stand(key)
        self._hit("Enter")

    def _stand(self, key: str) -> None:
        cards = "() => document.activeElement.dataset.step !== undefined"
        self._until("Tab", lambda: self.page.evaluate(cards), "the picture's cards")
        card = self.page.locator(f"[data-step='{key}']")
        above = "() => document.activeElement.dataset.step === '@entry'"
        self._until("ArrowUp", lambda: self.page.evaluate(above), "the first card")
        self._until("ArrowDown", lambda: card.evaluate(_HERE), key)

    def add_after(self, step: str, kind: str) -> None:
        """Arrows lead from step to step; + opens the kinds, and typing finds one."""
        self._stand(step)
        self._hit("+")
        expect(self.see("textbox", "Find a step")).to_be_focused()
        self.page.keyboard.type(kind)
        self._hit("Enter")

    def choose(self, label: Name, option: str, within: Locator | None = None) -> None:
        """Walk there and go down until it stands on what is wanted."""
        field = self.field(label, within, "select")
        self.walk(field)
        self._until("ArrowDown", lambda: field.evaluate(_CHOSEN) == option, option, "Home")

    def pick(
        self, label: Name, option: Name, typed: str = "", within: Locator | None = None
    ) -> None:
        """Walk there, write, go down to what is offered, take it."""
        field = self.field(label, within)
        self.walk(field)
        if typed:
            self._hit("ControlOrMeta+a")
            self.page.keyboard.type(typed)
        else:
            self._hit("ArrowDown")
        offered = self.see("option", option)
        expect(offered).to_be_visible()
        # What is offered may change once more for the letters typed last: nothing is taken yet.
        while offered.is_visible():
            self._until(
                "ArrowDown",
                lambda: (
                    not offered.is_visible()
                    or offered.get_attribute("id") == field.get_attribute("aria-activedescendant")
                ),
                str(option),
            )
            self._hit("Enter")
        expect(field).to_have_value(option)

    def tick(self, label: Name, within: Locator | None = None) -> None:
        """Walk there and press the space bar."""
        found = self.field(label, within)
        self.walk(found)
        self._hit("Space")
        expect(found).to_be_checked()

    def mark(self, box: str, row: Locator) -> None:
        """Arrows lead from row to row."""
        self._until("ArrowDown", lambda: row.evaluate(_HERE), box)
        self._hit("x")

    def go(self, room: str) -> None:
        """By the palette, which opens over everything."""
        self.find(room, room)

    def find(self, typed: str, name: str) -> None:
        """Ctrl-K, a few letters, down to it, Enter."""
        self._hit("ControlOrMeta+k")
        field = self.page.get_by_role("combobox", name="Go to or find")
        expect(field).to_be_focused()
        self.page.keyboard.type(typed)
        wanted = self.page.get_by_role("option").filter(has_text=name).first
        expect(wanted).to_be_visible()
        self._until("ArrowDown", lambda: wanted.get_attribute("aria-selected") == "true", name)
        self._hit("Enter")
        expect(field).to_have_count(0)
        self.desk.settle()

    def walk(self, to: Locator, role: str = "") -> None:
        """Go where `to` is by Tab; inside a menu, a row of tabs or of choices by its arrows."""
        # Held fast: an arrow may choose on its way, and what is called so is called otherwise then.
        one = to.element_handle()
        if role in _GROUPS:
            inside = f"(one) => one.closest('{_GROUPS[role]}')?.contains(document.activeElement)"
            self._until("Tab", lambda: one.evaluate(inside), f"the group of {to}")
        self._until(_ARROWS.get(role, "Tab"), lambda: one.evaluate(_HERE), str(to))

    def _until(self, key: str, there: Callable[[], bool], what: str, first: str = "") -> None:
        if first:
            self._hit(first)
        passed = []
        for _ in range(_MOST_STEPS):
            if there():
                return
            self._hit(key)
            passed.append(str(self.page.evaluate(_WHERE)) if key == "Tab" else "")
        raise AssertionError(f"{key} does not lead to {what}: {' > '.join(passed)}")

    def _hit(self, key: str) -> None:
        self.page.keyboard.press(key)


by_keys = pytest.mark.parametrize("hand", [Keys], indirect=True, ids=["keys"])
"""For a story that one hand is enough for: of what is asked of both it is none."""
