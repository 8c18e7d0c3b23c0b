from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.clean import clean
from reports.formats import FORMATS
from reports.html import render_html
from reports.text import render_text

from . import samples
from .reading import Page

PAYLOADS = [
    "<script>alert(1)</script>",
    "</style></script></title></svg><img src=x onerror=alert(1)>",
    "\" autofocus onfocus='alert(1)' x=\"",
    "\x1b[2J\x1b]0;owned\x07\x9b31m\r\x08",
    "\u202egnp.exe\u2066\u2069\u200b\ufeff",
    "{{ 7 * 7 }}{% raw %}&lt;",
    "\ud800\x00\ufffe",
    "x" * 5000,
    "]]><!-- -->",
]


def planted(value: Any, payload: str) -> Any:
    """The value with the payload at the end of every string in it."""
    if isinstance(value, Enum):
        return value
    if isinstance(value, str):
        return value + payload
    if isinstance(value, tuple):
        return tuple(planted(item, payload) for item in value)
    if isinstance(value, Mapping):
        return {planted(key, payload): planted(item, payload) for key, item in value.items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: planted(getattr(value, f.name), payload) for f in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    return value


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_string_of_an_assessment_becomes_an_element(payload: str) -> None:
    calm = Page(render_html(planted(samples.claims(), "zz")))
    source = render_html(planted(samples.claims(), payload))
    assert Page(source).elements == calm.elements
    source.encode("utf-8")
    assert _unprintable(source.replace("\n", "")) == set()


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("form", ["text", "markdown"])
def test_no_string_steers_the_terminal(form: str, payload: str) -> None:
    text = FORMATS[form](planted(samples.claims(), payload))
    assert _unprintable(text.replace("\n", "")) == set()
    text.encode("utf-8")
    if form == "markdown":
        assert "<script" not in re.sub(r"`[^`\n]*`", "", text)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_picture_stays_well_formed(payload: str) -> None:
    root = ET.fromstring(FORMATS["svg"](planted(samples.claims(), payload)))  # noqa: S314 - our own text
    names = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert names <= {"svg", "title", "style", "rect", "text", "g", "path", "circle"}


def test_colours_are_the_only_escapes() -> None:
    text = render_text(planted(samples.claims(), "\x1b[2J"), width=80, colour=True)
    assert "\x1b[2J" not in text
    assert "\\x1b[2J" in text


def test_plan_and_proof_are_as_harmless() -> None:
    wild = {"<b>": ["<script>", {"</dl>": "\u202e\x1b"}], "n": 1}
    source = render_html(samples.small(), plan=wild, proof=wild)
    assert "<script>" not in source.partition("</head>")[2].rpartition("<script>")[0]
    assert _unprintable(source.replace("\n", "")) == set()


@given(st.text(alphabet=st.characters()))
def test_clean_text_stands_on_one_line_and_steers_nothing(text: str) -> None:
    shown = clean(text)
    assert _unprintable(shown) == set()
    assert clean(shown) == shown
    shown.encode("utf-8")


def test_clean_keeps_what_people_write() -> None:
    assert clean("Schäden prüfen, 日本語 №5 🙂") == "Schäden prüfen, 日本語 №5 🙂"
    assert clean("a\tb\nc") == "a    b c"


def _unprintable(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}}
