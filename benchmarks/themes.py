"""How well and how fast themes are found: `.venv/bin/python benchmarks/themes.py [FOLDER]`.

FOLDER holds `banking77_test.csv` (columns text, category); without it that part is left out.
Prints what it measured; nothing is stored and no database is needed.
"""

import csv
import random
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path
from statistics import mean, pstdev

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # run as a file, Python looks beside it only

from assessments.dashboards.themes import Findings, Known, Passage, find_themes  # noqa: E402
from benchmarks.matters import MATTERS  # noqa: E402
from benchmarks.passages import passage  # noqa: E402

TEXTS = ROOT.parent / "shared" / "data" / "text"
SCHOOLS, QUESTIONS = 1600, 7
NAMES = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Ginkgo",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kestrel",
    "Linden",
    "Maple",
    "Nutmeg",
    "Oak",
    "Pine",
    "Quince",
    "Rowan",
    "Spruce",
    "Tamarack",
]

Labelled = list[tuple[str, str]]


def main(folder: Path = TEXTS) -> None:
    """Everything, one line a figure."""
    file = folder / "banking77_test.csv"
    if file.exists():
        with file.open(encoding="utf-8", newline="") as rows:
            texts = [(row["text"], row["category"]) for row in csv.DictReader(rows)]
        for labels, choices in ((10, 12), (20, 5), (77, 1)):
            report_agreement(texts, labels, choices)
        report_codebook(texts)
    report_languages()
    report_speed(distinct=False)
    report_speed(distinct=True)


def report_agreement(texts: Labelled, labels: int, choices: int) -> None:
    """Themes against labels, over several choices of labels; what is unplaced is one more theme."""
    figures = []
    for seed in range(choices):
        chosen = _some_labels(texts, labels, seed)
        rows = [(text, label) for text, label in texts if label in chosen]
        groups = _groups(find_themes(_by_schools(rows), fewest_schools=2, at_most=500), rows)
        truth = [label for _, label in rows]
        figures.append((nmi(truth, groups), purity(truth, groups), len(set(groups))))
    scores, pure, counts = zip(*figures, strict=True)
    print(
        f"{labels} labels, {choices} choices of them: NMI {mean(scores):.3f} "
        f"(± {pstdev(scores):.3f}, {min(scores):.3f}–{max(scores):.3f}), "
        f"purity {mean(pure):.3f}, themes {mean(counts):.1f}"
    )


def report_codebook(texts: Labelled, seeds: int = 6) -> None:
    """Ten themes with ten excerpts each, in texts of these ten labels and of ten others."""
    figures = []
    for seed in range(seeds):
        chance = random.Random(seed)
        kept, new = (lambda names: (names[:10], names[10:]))(_some_labels(texts, 20, seed))
        excerpts: defaultdict[str, list[str]] = defaultdict(list)
        rows: Labelled = []
        for text, label in chance.sample(texts, len(texts)):
            if label in kept and len(excerpts[label]) < 10:
                excerpts[label].append(text)
            elif label in kept or label in new:
                rows.append((text, label))
        known = [Known(label, label, tuple(found)) for label, found in excerpts.items()]
        truth = dict(rows)
        carried = find_themes(_by_schools(rows), accepted=known).carried
        right = [truth[e.passage.text] == theme.key for theme in carried for e in theme.excerpts]
        figures.append((mean(right), sum(right) / sum(label in kept for _, label in rows)))
    precision, recall = (mean(values) for values in zip(*figures, strict=True))
    print(f"codebook carried forward: precision {precision:.3f}, recall {recall:.3f}")


def report_languages() -> None:
    """Our own sentences about schools: do they meet by matter, whatever the language?"""
    rows = [
        (text, matter, language)
        for matter, languages in MATTERS.items()
        for language, sentences in languages.items()
        for text in sentences
    ]
    pairs = [(text, matter) for text, matter, _ in rows]
    groups = _groups(find_themes(_by_schools(pairs), fewest_schools=2, at_most=500), pairs)
    truth = [matter for _, matter in pairs]
    together = {True: [], False: []}  # type: dict[bool, list[bool]]
    for one, (_, matter, language) in enumerate(rows):
        for other, (_, also, spoken) in enumerate(rows[:one]):
            if matter == also:
                together[language == spoken].append(groups[one] == groups[other])
    print(
        f"{len(rows)} sentences on {len(MATTERS)} matters of schools: "
        f"NMI {nmi(truth, groups):.3f}, purity {purity(truth, groups):.3f}, "
        f"themes {len(set(groups))}; pairs on one matter "
        f"together: one language {mean(together[True]):.2f}, two {mean(together[False]):.2f}"
    )


def report_speed(*, distinct: bool) -> None:
    """The reflections of the largest district, most sentences written once or many times."""
    chance = random.Random(1)
    passages = [
        Passage(f"submission-{school}", f"question-{n}", f"school-{school}", text)
        for school in range(SCHOOLS)
        for n, text in zip(range(QUESTIONS), _reflections(chance, distinct), strict=False)
    ]
    started, worked = time.perf_counter(), time.process_time()
    found = find_themes(passages)
    took, work = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{len(passages):,} reflections of {mean(len(p.text) for p in passages):.0f} characters, "
        f"sentences {'all different' if distinct else 'often the same'}: {took:.0f} s "
        f"({work:.0f} s of processors), peak so far {peak:.0f} MB, {len(found.suggested)} themes"
    )


def nmi(truth: Sequence[str], groups: Sequence[str]) -> float:
    """Normalised mutual information, by the arithmetic mean of both entropies."""
    count = len(truth)
    labels, found, both = Counter(truth), Counter(groups), Counter(zip(truth, groups, strict=True))
    shared = sum(
        n / count * log(n * count / (labels[label] * found[group]))
        for (label, group), n in both.items()
    )
    entropies = [sum(-n / count * log(n / count) for n in c.values()) for c in (labels, found)]
    return shared / mean(entropies)


def purity(truth: Sequence[str], groups: Sequence[str]) -> float:
    """The share of texts whose label is the commonest of their group."""
    labels: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for label, group in zip(truth, groups, strict=True):
        labels[group][label] += 1
    return sum(max(counts.values()) for counts in labels.values()) / len(truth)


def _groups(found: Findings, rows: Labelled) -> list[str]:
    """Each text's theme: the one that holds most of its characters."""
    held: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for theme in found.suggested:
        for excerpt in theme.excerpts:
            held[excerpt.passage.submission][theme.name] += excerpt.end - excerpt.start
    texts = [held[str(number)] for number in range(len(rows))]
    return [themes.most_common(1)[0][0] if themes else "" for themes in texts]


def _by_schools(rows: Labelled) -> list[Passage]:
    return [Passage(str(n), "text", f"school-{n}", text) for n, (text, _) in enumerate(rows)]


def _some_labels(texts: Labelled, count: int, seed: int) -> list[str]:
    return random.Random(seed).sample(sorted({label for _, label in texts}), count)


def _reflections(chance: random.Random, distinct: bool) -> Iterator[str]:
    """Texts of 100 to 700 characters; one in two has a sentence of our own, in either language."""
    ours = [text for languages in MATTERS.values() for own in languages.values() for text in own]
    while True:
        text = passage(chance) + (f" {chance.choice(ours)}" if chance.random() < 0.5 else "")
        if distinct:
            stops = text.replace("? ", "?\n").replace(". ", ".\n").split("\n")
            text = " ".join(f"{s[:-1]} at {_a_room(chance)}{s[-1]}" for s in stops)
        if 100 <= len(text) <= 700:
            yield text


def _a_room(chance: random.Random) -> str:
    return f"{chance.choice(NAMES)} {chance.choice(NAMES)} {chance.randrange(999)}"


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
