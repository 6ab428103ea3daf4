"""Made-up passages of the length that schools write: a small grammar, the same every run."""

import random
import re

GRAMMAR: dict[str, tuple[str, ...]] = {
    "passage": (
        "{plain}",
        "{plain} {plain}",
        "{plain} {plain} {doubt}",
        "{plain} {doubt} {plain} {next}",
        "{plain} {plain} {doubt} {plain} {next}",
        "{plain} {plain} {doubt} {plain} {plain} {doubt} {next}",
    ),
    "plain": (
        "{When} {who} {meet} to {do} {what}.",
        "{Who} {meet} {often}, {why}.",
        "{When} we {do} {what}, {why}.",
        "This year {who} began to {do} {what}.",
    ),
    "doubt": (
        "It {holds} as long as {condition}.",
        "What is missing is {missing}.",
        "Honestly, {who} {avoid} the part about {topic}.",
        "“{Missing},” one of us wrote, and nobody disagreed.",
    ),
    "next": (
        "By {month} we want {who} to {do} {what}.",
        "{Next} is {missing}, starting with {who}.",
        "We will ask the district for {missing}.",
    ),
    "when": (
        "on early-release Wednesdays",
        "in the last week of August",
        "every other Thursday before school",
        "twice each semester",
        "during common planning",
        "after the fall conferences",
    ),
    "who": (
        "the fourth-grade team",
        "our two coaches",
        "the math department",
        "the new teachers",
        "about half of the staff",
        "the counselors and the front office",
        "the leadership team",
        "the paraprofessionals",
    ),
    "meet": ("meet", "sit down", "stay for forty minutes", "pair up", "bring student work"),
    "do": ("look again at", "talk through", "rehearse", "compare notes on", "question", "redesign"),
    "what": (
        "what we expect of students who are new to English",
        "the referral forms and who fills them in",
        "the tasks that only some of our classes ever see",
        "how we group children for reading",
        "the schedule that sends the same students out of science",
        "the words we use about families",
        "three weeks of grades, with the names cut off",
    ),
    "often": ("most weeks", "when a sub can be found", "once a month", "less than we say we do"),
    "why": (
        "because the old way left the same children waiting",
        "and people have started to ask for it",
        "though not everybody comes",
        "since that is where the decisions are made",
        "which used to happen only when something went wrong",
    ),
    "holds": ("works", "holds", "lasts", "happens"),
    "condition": (
        "someone protects the time",
        "the calendar stays clear",
        "the same three people carry it",
        "nobody is out sick",
    ),
    "missing": (
        "a protocol that people trust",
        "time that is not taken from planning",
        "a second facilitator",
        "a way to hear from students",
        "release days for visits next door",
    ),
    "avoid": ("avoid", "postpone", "hurry past"),
    "topic": ("beliefs", "grading", "discipline", "placement", "who speaks in our meetings"),
    "month": ("November", "the winter break", "March", "the end of the year"),
}
_SYMBOL = re.compile(r"\{(\w+)\}")


def passage(chance: random.Random) -> str:
    """A passage of one to seven sentences."""
    return _expand("{passage}", chance)


def _expand(text: str, chance: random.Random) -> str:
    def chosen(symbol: re.Match[str]) -> str:
        name = symbol[1]
        words = _expand(chance.choice(GRAMMAR[name.lower()]), chance)
        return words[0].upper() + words[1:] if name[0].isupper() else words

    return _SYMBOL.sub(chosen, text)
