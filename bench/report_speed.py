"""Sections of ``docs/evaluation.md`` on time, memory and disk."""

from __future__ import annotations

from bench.page import Result, met, section, table


def validation(result: Result) -> str:
    """Checking all knowledge files."""
    reached = met(result["seconds"] <= result["goal_s"])
    return section(
        "Checking the knowledge",
        f"`make validate` looks at {result['files']} files in {result['seconds']} s, the whole "
        f"process, median of {result['runs']} ({result['fastest_s']} to {result['slowest_s']} s). "
        f"Goal: {result['goal_s']:g} s, {reached}. `python -m bench validation`",
        result,
    )


def screenshots(result: Result) -> str:
    """Screenshots of offers read."""
    looks = ("light", "dark", "sent on")
    rows = [
        [
            language,
            *(f"{one['looks'][look]:.1%}" for look in looks),
            f"{one['error_rate']:.1%}",
            f"{one['p95_s']} s",
        ]
        for language, one in result["languages"].items()
    ]
    goal: float = result["goal_s"]
    return section(
        "Screenshots of offers",
        f"{result['screenshots']} chats of a phone, 1,080 by 2,340 points, drawn by a browser with "
        "Noto's fonts from the examples of the red flags; sent on: 720 points across, as JPEG. A "
        "new process reads each. Characters read wrongly (Levenshtein distance, without blanks and "
        "punctuation): photographs and other fonts will be read worse, so people correct what was "
        f"read. Seconds from the bytes to the text: p50 {result['p50_s']}, p95 {result['p95_s']}, "
        f"slowest {result['slowest_s']}; goal: p95 {goal:g} s, {met(result['p95_s'] <= goal)}. The "
        f"processes hold {result['memory_mb']} MB at most. `python -m bench screenshots`",
        result,
        table(["language", *looks, "all", "p95"], rows),
    )


def encoder(result: Result) -> str:
    """One text encoded."""
    texts = ("question", "long_text")
    goal: float = result["goal_times_bare"]
    rows = [
        [
            name.replace("_", " "),
            str(result[name]["pieces"]),
            *(f"{result[name][key]} ms" for key in ("encode_ms", "bare_onnxruntime_ms", "cut_ms")),
            str(result[name]["times_bare"]),
        ]
        for name in texts
    ]
    return section(
        "Encoder",
        "One text at a time on one thread, as served, in turns with a bare pass of onnxruntime "
        f"over the same graph and ids; medians, and the median of the ratios. Goal: {goal:g} "
        f"times, {met(all(result[name]['times_bare'] <= goal for name in texts))}. "
        "`python -m bench encoder`",
        result,
        table(["text", "pieces", "encode", "bare", "of it cutting into pieces", "times"], rows),
    )


def scale(result: Result) -> str:
    """The search among very many passages."""
    goal, graph, search = result["goal"], result["graph"], result["search"]
    rows = [
        [name, *(f"{search[part][key]} ms" for key in ("small_ms", "large_ms", "more_ms"))]
        for part, name in (
            ("meaning", "by meaning, among passages"),
            ("words", "by words, among passages"),
            ("whole", "whole search"),
        )
    ]
    exact = [[f"{int(size):,}", f"{taken} ms"] for size, taken in result["exact_ms"].items()]
    nearest, recalls = result["recall"]["10"], result["recall"]
    more, whole = (search[part]["more_ms"] for part in ("meaning", "whole"))
    edit = result["edit_seconds"]
    return section(
        "Very many passages",
        f"{result['passages']:,} passages made up of real ones. Up to {result['most_exact']:,} "
        "vectors are searched exactly, more by a graph (HNSW), made in "
        f"{graph['seconds']} s (M {graph['links']}, efConstruction {graph['effort_making']}, "
        f"efSearch {graph['effort_searching']}). Of what brute force finds it finds "
        f"{', '.join(f'{value:.1%} of the first {most}' for most, value in recalls.items())}. "
        f"Goals: {goal['recall_10']:.0%} of the first 10, {met(nearest >= goal['recall_10'])}; "
        f"at most {goal['more_ms']:g} ms more than among the passages there are: by meaning "
        f"{met(more <= goal['more_ms'])}, the whole search {met(whole <= goal['more_ms'])}. "
        f"After an edit of 100 of them the index by meaning is ready in {edit['meaning']} s, that "
        f"by words in {edit['words']} s. `python -m bench scale`",
        result,
        table(["a question, median", "small", "large", "more"], rows),
        "Looking at all of so many vectors:",
        table(["vectors", "exact search"], exact),
    )


def chat(result: Result) -> str:
    """A turn of the running stack."""
    row = [str(result["turns"]), *(f"{result[k]} ms" for k in ("p50_ms", "p95_ms", "slowest_ms"))]
    return section(
        "A chat turn",
        "Over HTTP, one user, a fresh conversation each time. `make run`, then "
        "`python -m bench chat`",
        result,
        table(["turns", "p50", "p95", "slowest"], [row]),
    )


def channels(result: Result) -> str:
    """Messaging apps."""
    goal, plans, queues, many = (result[key] for key in ("goal", "plans", "queues", "many"))
    steady, burst = plans["steady"], plans["burst"]
    rows = [
        [
            queue,
            f"{plans[name]['a_second']:g} a second",
            *(f"{one[key]:g} ms" for key in ("taken_p50_ms", "taken_p99_ms")),
            *(f"{one[key]:g} s" for key in ("answered_p50_s", "answered_p95_s")),
            f"{one['web_ms']:g} ms",
            *(str(one[key]) for key in ("refused", "lost", "doubled")),
        ]
        for queue, both in queues.items()
        for name, one in both.items()
    ]
    bursts = [
        [
            queue,
            f"{both['burst']['backlog_s']:g} s",
            f"{both['burst']['cry_s']:g} s",
            f"{both['burst']['before_cry']} of {both['burst']['waiting']}",
        ]
        for queue, both in queues.items()
    ]
    found = (
        ("burst", "taken_p99_ms", "in the burst acknowledged within {:g} ms (p99)"),
        ("burst", "backlog_s", "its backlog gone within {:g} s"),
        ("steady", "answered_p95_s", "in the steady flow answered within {:g} s (p95)"),
    )
    told = ", ".join(
        f"{text.format(goal[key])}: "
        f"{met(all(both[name][key] <= goal[key] for both in queues.values()))}"
        for name, key, text in found
    )
    kept = met(max(many["lost"], many["doubled"]) == 0)
    return section(
        "Messaging apps",
        "Telegram: stand-ins of it and of the bot, web, and who tells what people write, each a "
        f"process of its own. The bot takes {result['turn_ms']:g} ms a message, one at a time. "
        f"{steady['events']} events, {steady['a_second']:g} a second; then a burst of "
        f"{burst['events']:,}, {burst['a_second']:g} a second. Goals: {told}. "
        "`python -m bench channels`",
        result,
        table(
            [
                *("queue", "events", "acknowledged p50", "p99", "answered p50", "p95"),
                "web's processor, an event",
                *("not taken at once", "lost", "doubled"),
            ],
            rows,
        ),
        "In the middle of the burst someone cries for help: how soon that is answered, and how "
        "many of those who waited then were answered before it.",
        table(["queue", "backlog gone after", "the cry answered in", "before it"], bursts),
        f"{many['events']:,} events through Redis, {plans['many']['a_second']:g} a second, "
        f"{plans['many']['twice']:.0%} of them told twice, each up to {plans['many']['disorder']} "
        "places from its own, with a restart of web in the middle, during which "
        f"{many['refused']} were not taken and came again: {many['lost']} lost, "
        f"{many['doubled']} answered twice. Goal: none, {kept}.",
    )


def turns(result: Result) -> str:
    """A turn beside bare Rasa."""
    goal: dict[str, float] = result["goal"]
    rows = [
        [name, *(f"{result['turn_ms'][bot][key]} ms" for key in
         ("p50", "p95", "second", "last", "processor"))]
        for bot, name in (
            ("shipped", "bare Rasa as shipped"),
            ("repaired", "bare Rasa with our repairs"),
            ("ours", "the whole stack"),
        )
    ]  # fmt: skip
    found = (
        ("times_shipped", "{} times bare Rasa as shipped", "{:g}"),
        ("above_repaired_ms", "{} ms above bare Rasa with our repairs", "{:g} ms"),
        ("fortieth_times_second", "the fortieth turn {} times the second", "{:g}"),
    )
    told = "; ".join(
        f"{text.format(result[key])} (goal {unit.format(goal[key])}: "
        f"{met(result[key] <= goal[key])})"
        for key, text, unit in found
    )
    return section(
        "A turn beside bare Rasa",
        f"{result['conversations']} conversations of {result['turns']} turns, held with three bots "
        "in turns: one rule, intents by keyword and an action that does nothing (`bench/bare/`), "
        "as Rasa ships it and with our repairs, and the whole stack. Medians of what is compared "
        f"turn by turn: {told}. `python -m bench turns`",
        result,
        table(["bot", "p50", "p95", "second turn", "last turn", "processor time, mean"], rows),
    )


def memory(result: Result) -> str:
    """Memory of the running parts."""
    rows = [
        [name, str(one["resident_mb"]), str(one["proportional_mb"])]
        for name, one in [*result["parts"].items(), ("all", result)]
    ]
    return section(
        "Memory",
        "Of each running part, in MB: resident, and with shared pages counted once. `make run`, "
        "then `python -m bench memory`",
        result,
        table(["part", "resident", "proportional"], rows),
    )


def memory_retrieval(result: Result) -> str:
    """Memory of retrieval, part by part."""
    held, goal, stretch = (result[key] for key in ("resident_mb", "goal_mb", "stretch_mb"))
    rows = [[one["part"], str(one["mb"])] for one in result["parts"]]
    return section(
        "Memory of retrieval, by part",
        "Loaded one after the other in a process of its own; what two of them share counts for the "
        f"first. Together {held} MB, of which {result['unique_mb']} are shared with no other "
        f"process. Goal: {goal} MB, {met(held <= goal)}; better still {stretch} MB, "
        f"{met(held <= stretch)}. `python -m bench memory-retrieval`",
        result,
        table(["part", "MB"], rows),
    )


def disk(result: Result) -> str:
    """What set-up leaves on the disk."""
    total, goal = result["total_gb"], result["goal_gb"]
    parts, packages = (
        [[name, str(size)] for name, size in result[key].items()]
        for key in ("parts_mb", "packages_mb")
    )
    return section(
        "Disk",
        f"What `make run` leaves in `var/`: {total} GB. Goal: {goal:g} GB, {met(total <= goal)}. "
        "`python -m bench disk`",
        result,
        table(["part", "MB"], parts),
        "The biggest packages in it:",
        table(["package", "MB"], packages),
    )


def publishing(result: Result) -> str:
    """A saved file going live."""
    return section(
        "Publishing",
        f"From the moment a file is saved until a part speaks from it: {result['edits']} edits of "
        f"one file each, of {result['files']} ({result['entries']} entries), with requests all "
        f"the while: {result['requests']}, of which {result['dropped']} were dropped. "
        "`make train`, then `python -m bench publishing`",
        result,
        _live(result),
    )


def publishing_large(result: Result) -> str:
    """The same among very many entries."""
    return section(
        "Publishing among very many",
        f"With {result['entries']:,} made-up entries: building all of it takes "
        f"{result['build_seconds']} s and {result['build_peak_mb']} MB, a start "
        f"{result['start_seconds']} s, serving and publishing {result['serving_peak_mb']} MB; "
        f"{result['edits']} edits of one file each. `python -m bench publishing-large`",
        result,
        _live(result),
    )


def _live(result: Result) -> str:
    rows = [
        [part, *(f"{one[key]} s" for key in ("p50", "p95", "slowest"))]
        for part, one in result["live_seconds"].items()
    ]
    return table(["live in", "p50", "p95", "slowest"], rows)


def start(result: Result) -> str:
    """Starting again."""
    text = f"From `make run` to every part ready: {result['seconds']} s. `python -m bench start`"
    return section("Second start", text, result)


def setup(result: Result) -> str:
    """From a fresh clone to an answer."""
    text = (
        "From a fresh clone to the answers of `make demo`, set-up included: "
        f"{result['seconds']} s. `python -m bench setup`"
    )
    return section("Fresh clone", text, result)
