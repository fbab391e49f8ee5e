"""Pictures of the stored results, for ``docs/evaluation.md``: the same results, the same bytes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Result = dict[str, Any]

_STYLE = Path(__file__).with_suffix(".mplstyle")
_WIDTH = 0.8
"""Of all bars of one language together."""


def bars(
    path: Path, title: str, groups: Sequence[str], values: Mapping[str, Sequence[Result]]
) -> None:
    """A picture of one bar for each of ``values`` (by name; a value and its interval for each of
    ``groups``)."""
    with style.context(_STYLE):
        figure = Figure(figsize=(8, 3.2), layout="constrained")
        axes: Axes = figure.subplots()
        each = _WIDTH / len(values)
        for number, (name, found) in enumerate(values.items()):
            places = [place - _WIDTH / 2 + (number + 0.5) * each for place in range(len(groups))]
            heights = [one["value"] for one in found]
            errors = [
                [one["value"] - one["low"] for one in found],
                [one["high"] - one["value"] for one in found],
            ]
            axes.bar(places, heights, each * 0.92, label=name)
            axes.errorbar(
                places, heights, errors, fmt="none", ecolor="#333333", elinewidth=0.7, capsize=1.5
            )
        axes.set_xticks(range(len(groups)), groups)
        axes.set_ylim(0, 1)
        axes.set_title(title)
        axes.grid(axis="y")
        figure.legend(loc="outside lower center", ncols=len(values))
        _save(figure, path)


def reliability(path: Path, title: str, sets: Mapping[str, Sequence[Result]]) -> None:
    """A reliability diagram: for each of ``sets``, how often the best entry was right (``share``,
    with its interval) where the search was about so sure (``confidence``)."""
    with style.context(_STYLE):
        figure = Figure(figsize=(8, 3.6), layout="constrained")
        many: Sequence[Axes] = figure.subplots(1, len(sets), sharey=True, squeeze=False)[0]
        for axes, (name, bins) in zip(many, sets.items(), strict=True):
            sure = [one["confidence"] for one in bins]
            right = [one["share"]["value"] for one in bins]
            errors = [
                [one["share"]["value"] - one["share"]["low"] for one in bins],
                [one["share"]["high"] - one["share"]["value"] for one in bins],
            ]
            axes.plot([0, 1], [0, 1], color="#9aa5b1", linewidth=1, linestyle="--")
            axes.errorbar(
                sure, right, errors, marker="o", markersize=4, linewidth=1.2,
                elinewidth=0.7, capsize=2,
            )  # fmt: skip
            for one, x, y in zip(bins, sure, right, strict=True):
                axes.annotate(
                    str(one["questions"]), (x, y), (4, -11), textcoords="offset points",
                    color="#555555", fontsize=7,
                )  # fmt: skip
            axes.set_xlim(0, 1)
            axes.set_ylim(0, 1)
            axes.set_aspect("equal")
            axes.set_title(name)
            axes.set_xlabel("confidence")
        many[0].set_ylabel("share that was right")
        figure.suptitle(title, x=0.02, ha="left")
        _save(figure, path)


def _save(figure: Figure, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
