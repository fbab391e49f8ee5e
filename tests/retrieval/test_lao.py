"""Lao in Thai letters."""

from __future__ import annotations

import pytest

from retrieval.lao import in_thai_letters


@pytest.mark.parametrize(
    ("lao", "thai"),
    [
        ("ຄົນລາວ", "คนลาว"),
        ("ຕົວ", "ตัว"),
        ("ຮຽນ", "เฮียน"),
        ("ໜ້າທີ່", "หน้าที่"),
        ("ຍຶດໜັງສືຜ່ານແດນ", "ยึดหนังสืผ่านแดน"),
        ("visa ໒໐", "visa ๒๐"),
    ],
)
def test_every_letter_gets_its_thai_form(lao: str, thai: str) -> None:
    assert in_thai_letters(lao) == thai


@pytest.mark.parametrize("text", ["", "visa", "ไทย", "中国"])
def test_what_holds_no_lao_has_no_thai_form(text: str) -> None:
    assert in_thai_letters(text) is None
