"""Shows reply blocks as lines of plain text. Every word around them comes from web's own labels."""

from collections.abc import Iterator, Mapping, Sequence

from forewarn.replies import (
    HotlineItem,
    HotlinesBlock,
    MintedChoicesBlock,
    PaperBlock,
    PublicBlock,
    SourcesBlock,
    TextBlock,
    Tone,
    VerdictBlock,
)

Labels = Mapping[str, str]

_INDENT = "   "


def render(replies: Sequence[PublicBlock], labels: Labels) -> list[str]:
    """Return the lines that show these blocks; the choices are numbered through, from 1."""
    lines: list[str] = []
    number = 1
    for block in replies:
        if lines:
            lines.append("")
        match block:
            case TextBlock():
                lines += _text(block)
            case VerdictBlock():
                lines += _verdict(block, labels)
            case HotlinesBlock():
                lines += [block.note] if block.note else []
                lines += render_hotlines(block.items, labels)
            case PaperBlock():
                lines.append(f"{block.label}: /{block.paper}")
            case SourcesBlock():
                lines += _sources(block, labels)
            case MintedChoicesBlock():
                labelled = enumerate((item.label for item in block.items), number)
                lines += [f"  [{number}] {label}" for number, label in labelled]
                number += len(block.items)
    return lines


def choices(replies: Sequence[PublicBlock]) -> list[str]:
    """Return the tokens of all choices, in the order in which `render` numbers them."""
    offered = [block for block in replies if isinstance(block, MintedChoicesBlock)]
    return [item.choice for block in offered for item in block.items]


def render_hotlines(items: Sequence[HotlineItem], labels: Labels) -> list[str]:
    """Return the lines that show contacts, each beginning with its country."""
    lines: list[str] = []
    for item in items:
        lines.append(f"{item.country_name}: {item.name}. {item.purpose or ''}".rstrip())
        if item.hedge:
            lines.append(f"{_INDENT}! {item.hedge}")
        lines += [_INDENT + line for line in _contact(item, labels)]
    return lines


def _text(block: TextBlock) -> list[str]:
    mark = "! " if block.tone is Tone.danger else ""
    return [mark + line if line else "" for line in block.text.splitlines()]


def _verdict(block: VerdictBlock, labels: Labels) -> list[str]:
    lines = [f"## {block.headline}"]
    if block.flags:
        lines += ["", labels["flags"]]
    for flag in block.flags:
        quote = f" “{flag.quote}”" if flag.quote else ""
        lines += [f"- {flag.name}{quote}", f"  {flag.why}"]
    lines += ["", *block.noticed] if block.noticed else []
    for label, words in (("next_moves", block.next_moves), ("ask_back", block.ask_back)):
        if words:
            lines += ["", labels[label], *words.splitlines()]
    return [*lines, "", *block.note.splitlines()]


def _contact(item: HotlineItem, labels: Labels) -> Iterator[str]:
    country = item.country_name
    ways = (
        (labels["inside"].replace("{country}", country), item.dial_inside),
        (labels["from_abroad"], item.dial_from_abroad),
        (labels["sms"].replace("{country}", country), item.sms),
        (labels["whatsapp"], item.whatsapp),
        (labels["website"], item.url),
    )
    for label, number in ways:
        if number:
            yield f"{label}: {number}"
    if item.app:
        yield labels["app"].replace("{name}", item.app)
    if item.press:
        yield labels["press"].replace("{key}", item.press)
    if item.extension:
        yield labels["extension"].replace("{number}", item.extension)
    if item.dial_inside and not item.dial_from_abroad:
        yield labels["inside_only"].replace("{country}", country)
    printed = _dated(item.last_printed, labels["last_printed"], labels["last_printed_unknown"])
    dialled = _dated(item.last_dialled, labels["last_dialled"], labels["not_dialled"])
    yield f"{printed} · {dialled}"


def _dated(date: str | None, known: str, unknown: str) -> str:
    return known.replace("{date}", date) if date else unknown


def _sources(block: SourcesBlock, labels: Labels) -> list[str]:
    lines = [labels["sources"]] if block.items else []
    for item in block.items:
        parts = (item.title, item.publisher, item.date or labels["source_undated"], item.url)
        lines.append("- " + " · ".join(part for part in parts if part))
    if block.reviewed:
        lines.append(labels["reviewed"].replace("{date}", block.reviewed))
    if block.unreviewed_translation:
        lines.append(labels["unreviewed"])
    return lines
