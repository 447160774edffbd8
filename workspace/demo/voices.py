"""What is said: managers' notes and the answers of each quarter's survey."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from workspace.demo import texts
from workspace.demo.chance import between, pick, stream
from workspace.demo.company import LATE_OUTLET, people
from workspace.demo.profiles import Profile
from workspace.demo.seasons import DAY
from workspace.demo.stories import STORIES, Story
from workspace.demo.waybills import LATE_SINCE
from workspace.demo.world import World

Said = tuple[str, int | None, str]  # question, value, words
_QUARTERS = ("一", "二", "三", "四")
_ASKED_DAYS = 20  # so long a survey is open
_OPENS = {2: 26, 5: 10, 8: 10, 11: 4}  # month -> day
_ROLES = (("influencer", 3), ("user", 4), ("purchaser", 2), ("decider", 2), ("finance", 1))
_BY_HAND = 0.35  # chance that a customer who settles by the month answers a survey
_NAMES = {person.username: person.name for person in people()}


@dataclass(frozen=True, slots=True)
class Note:
    """A note as it is imported."""

    note_no: str
    profile: Profile
    author: str
    written_at: dt.datetime
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of a response."""

    response_no: str
    survey: str
    profile: Profile
    role: str
    answered_at: dt.datetime
    question: str
    value: int | None
    text: str


def surveys(first: dt.date, last: dt.date) -> Iterator[tuple[str, str, dt.date]]:
    """Code, name and first day of the surveys that open in these days."""
    for year in range(first.year, last.year + 1):
        for quarter, (month, day) in enumerate(_OPENS.items()):
            opens_on = dt.date(year, month, day)
            if first <= opens_on <= last:
                name = f"{year} 年第{_QUARTERS[quarter]}季度客户满意度调查"
                yield f"CSAT-{year}Q{quarter + 1}", name, opens_on


def notes(profile: Profile, world: World, last: dt.date) -> Iterator[Note]:
    """What was written about the customer until a day, oldest first."""
    story = _story(profile)
    chance = stream(world.seed, "notes", profile.number)
    author = _NAMES[profile.manager]
    for number, told in enumerate(story.notes if story else (), start=1):
        moment = _moment(chance, world.first_day + told.day * DAY)
        yield Note(f"JL-{profile.code}-S{number}", profile, author, moment, told.kind, told.text)
    gap = _note_gap(profile)
    day = max(profile.since, world.start) + chance.randrange(1, gap + 1) * DAY
    number = 0
    while day <= last:
        number += 1
        text = _note_text(chance, profile)
        kind, moment = chance.choice(texts.NOTE_KINDS), _moment(chance, day)
        if not story or world.offset(day) < -300:  # later ones would contradict the story
            yield Note(f"JL-{profile.code}-{number:03}", profile, author, moment, kind, text)
        day += chance.randrange(gap // 2, gap * 2) * DAY


def answers(world: World, last: dt.date) -> Iterator[Answer]:
    """All answers until a day, survey by survey."""
    opened = list(surveys(world.start, last))
    for code, _name, opens_on in opened:
        for profile in world.profiles:
            if not _story(profile) and _was_customer(profile, world, opens_on):
                yield from _responses(profile, world, code, opens_on, last)
    for profile in world.profiles:
        if story := _story(profile):
            yield from _told(profile, story, world, [(code, day) for code, _n, day in opened])


def _responses(
    profile: Profile, world: World, survey: str, opens_on: dt.date, last: dt.date
) -> Iterator[Answer]:
    """Answers of nobody, or of one to three people at the customer."""
    chance = stream(world.seed, survey, profile.number)
    likely = _BY_HAND if profile.is_monthly else 0.05
    if chance.random() > likely:
        return
    for number in range(chance.choice((1, 1, 2, 3)) if profile.revenue > 250_000 else 1):
        day = opens_on + chance.randrange(_ASKED_DAYS) * DAY
        mood = between(chance, 0, 1, _mood(profile, world, day), 0.16)
        head = (f"{survey}-{profile.code}-{number + 1}", survey, profile, pick(chance, _ROLES))
        moment = _moment(chance, day)
        said: list[Said] = [("csat5", 1 + round(4 * mood), ""), ("nps", _nps(chance, mood), "")]
        if chance.random() < 0.4:
            said.append(("comment", None, chance.choice(_comments(mood))))
        if mood < 0.45 and chance.random() < 0.3:
            effort = chance.choice((2, 3, 4, 4, 5))
            said.append(("ces5", effort, chance.choice(texts.EFFORT_COMMENTS[:2])))
        if day <= last:
            yield from (Answer(*head, moment, *each) for each in said)


def _told(
    profile: Profile, story: Story, world: World, opened: list[tuple[str, dt.date]]
) -> Iterator[Answer]:
    """The answers a story tells, each in the survey that was the latest then."""
    for number, voice in enumerate(story.voices, start=1):
        day = world.first_day + voice.day * DAY
        earlier = [code for code, opens_on in opened if opens_on <= day]
        if not earlier:
            continue
        moment = _moment(stream(world.seed, "voice", profile.number, number), day)
        head = (f"{earlier[-1]}-{profile.code}-S{number}", earlier[-1], profile, voice.role)
        said: list[Said] = [("csat5", voice.csat, ""), ("nps", voice.nps, "")]
        said.append(("comment", None, voice.comment))
        if voice.effort is not None:
            said.append(("ces5", voice.effort, ""))
        yield from (Answer(*head, moment, *each) for each in said)


def _story(profile: Profile) -> Story | None:
    return STORIES[profile.number] if profile.story else None


def _was_customer(profile: Profile, world: World, day: dt.date) -> bool:
    """Whether they sent anything then."""
    return profile.ships and profile.since <= day and profile.trend.at(world.offset(day)) > 0


def _mood(profile: Profile, world: World, day: dt.date) -> float:
    """Worse where deliveries are late."""
    troubled = profile.outlet == LATE_OUTLET and world.offset(day) >= LATE_SINCE
    return profile.mood - (0.35 if troubled else 0)


def _nps(chance: Random, mood: float) -> int:
    return round(between(chance, 0, 10, 2.5 + 7.8 * mood, 1.1))


def _comments(mood: float) -> tuple[str, ...]:
    if mood < 0.45:
        return texts.COMMENTS_BAD
    return texts.COMMENTS_GOOD if mood > 0.7 else texts.COMMENTS_FLAT


def _note_gap(profile: Profile) -> int:
    """Days between notes: large customers are seen often, small ones hardly."""
    if profile.status == "prospect":
        return 150
    return 45 if profile.revenue > 1_000_000 else 110 if profile.revenue > 100_000 else 420


def _note_text(chance: Random, profile: Profile) -> str:
    mood = between(chance, 0, 1, profile.mood, 0.25)
    bank = texts.NOTES_GOOD if mood > 0.7 else texts.NOTES_FLAT if mood > 0.4 else texts.NOTES_BAD
    goods = profile.trade.goods.split("、")[0]
    return chance.choice(bank).format(who=chance.choice(texts.TITLES), goods=goods)


def _moment(chance: Random, day: dt.date) -> dt.datetime:
    """A moment of the day's work, to the minute."""
    minutes = chance.randrange(9 * 60, 18 * 60)
    return dt.datetime(day.year, day.month, day.day, minutes // 60, minutes % 60)  # noqa: DTZ001  # local, as files say it
