"""Rooms: a leader takes a course from lesson to lesson, and all who hold the room's code answer its questions.

A room lives in the memory of one process and is gone eight hours after the last word. It knows numbers of answers and no
people: an id is by chance, and the page that it comes from says nothing else. All methods may be called from any thread.
"""

import hashlib
import hmac
import re
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from lib.courses import Course

LETTERS = "BCDFGHJKMNPRSTWXYZ"  # none looks like another, and without vowels they make no words
CODE = re.compile(f"[{LETTERS}]{{5}}")
MOST_ROOMS, MOST_PEOPLE = 1_000, 500
LIFE, HERE, AWAY = (
    8 * 3600,
    35,
    600,
)  # seconds: of a room; from a word to "not here"; until a full room gives a seat away
MOST_OPTIONS, MOST_CHALLENGES = 20, 4  # of a question; of a lesson
LONGEST_QUESTION, LONGEST_OPTION, LONGEST_ID = 1_000, 100, 64
NONE = 255  # in place of an option's number


class RoomError(ValueError):
    """What a room does not do, in one sentence for the one who asked for it."""


class Question(NamedTuple):
    """What a lesson asks. The answer is one of the options."""

    text: str
    options: tuple[str, ...]
    answer: str


class Bucket:
    """Lets through at most `burst` at once, and `rate` a second in the long run."""

    def __init__(self, rate: float, burst: float, now: float):
        self.rate, self.burst, self.left, self.then = rate, burst, burst, now

    def take(self, now: float) -> bool:
        """Is there room for one more?

        >>> bucket = Bucket(rate=1, burst=2, now=0)
        >>> [bucket.take(now=0), bucket.take(now=0), bucket.take(now=0.5), bucket.take(now=1)]
        [True, True, False, True]
        """
        self.left = min(self.burst, self.left + self.rate * (now - self.then))
        self.then = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


def code_of(secret: str) -> str:
    """The code of the room with that secret. It takes 40 ms, so nobody finds another secret for a code by trying.

    >>> code_of("a secret")
    'RHDBC'
    """
    digest = hashlib.scrypt(secret.encode(), salt=b"glass box", n=2**14, r=8, p=1, dklen=16)
    number, letters = int.from_bytes(digest), ""
    for _ in range(5):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return letters


@dataclass
class _Seat:
    number: int
    seen: float
    bucket: Bucket


@dataclass
class _Asked:
    question: Question
    votes: bytearray = field(default_factory=lambda: bytearray([NONE]) * MOST_PEOPLE)  # a seat's option
    opened: bool = False

    def counts(self):
        return [self.votes.count(option) for option in range(len(self.question.options))]


class Room:
    """What participants may do. `leader` has the rest, for who holds the secret."""

    def __init__(self, code: str, secret: str, course: Course, clock: Callable[[], float]):
        self.code, self.course, self.born = code, course, secrets.token_hex(4)
        self.step, self.follow, self.news = 1, False, 0  # news: how often something was asked or opened
        self._key, self._clock, self._lock = _key(secret), clock, threading.RLock()
        self._seats: dict[str, _Seat] = {}
        self._asked: dict[int, _Asked] = {}  # by step
        self._solved: dict[int, dict[str, bytearray]] = {}
        now = self.heard = clock()
        self._answers, self._polls = Bucket(250, 1_000, now), Bucket(400, 2_000, now)

    def leader(self, secret: str) -> "Leader | None":
        """The rights of the leader, for the right secret only."""
        return Leader(self) if hmac.compare_digest(self._key, _key(secret)) else None

    def said(self, who: str | None = None) -> dict | None:
        """What everybody may know at any time, or None where it is asked too often. Whoever asks is here."""
        with self._lock:
            now = self._clock()
            if not self._polls.take(now):
                return None
            if who in self._seats:
                self._seats[who].seen = now
            return {"step": self.step, "follow": self.follow, "news": self.news, "born": self.born}

    def enter(self, who: str) -> None:
        """Take a seat, or keep it. RoomError where all are taken."""
        with self._lock:
            self._seat(who)

    def answer(self, who: str, step: int, question: Question, option: str) -> None:
        """Answer the question of a step, or change one's answer to it. RoomError says why one does not count."""
        with self._lock:
            asked = self._asked.get(step)
            if asked is None or asked.question != question:
                raise RoomError("This is not the room's question.")
            if option not in question.options:
                raise RoomError("This is none of the answers.")
            seat = self._seat(who)
            if asked.opened:
                raise RoomError("The answer has been opened.")
            vote = question.options.index(option)
            if asked.votes[seat.number] != vote:
                self._once_more(seat)
                asked.votes[seat.number] = vote

    def solve(self, who: str, step: int, challenge: str) -> None:
        """Say that a challenge of that step is solved; once more is no more."""
        with self._lock:
            if not 1 <= step <= len(self.course.lessons) or len(challenge) > LONGEST_QUESTION:
                raise RoomError("The room has no such challenge.")
            there, seat = self._solved.setdefault(step, {}), self._seat(who)
            if challenge not in there and len(there) >= MOST_CHALLENGES:
                raise RoomError("The room has no such challenge.")
            there.setdefault(challenge, bytearray(MOST_PEOPLE))[seat.number] = 1

    def is_asked(self, step: int, question: Question) -> bool:
        """Is this the question that the leader's page asks at that step?"""
        asked = self._asked.get(step)
        return asked is not None and asked.question == question

    def vote(self, who: str, step: int) -> str | None:
        """The answer of that participant, or None."""
        with self._lock:
            asked, seat = self._asked.get(step), self._seats.get(who)
            vote = asked.votes[seat.number] if asked and seat else NONE
            return None if vote == NONE else asked.question.options[vote]

    def opened(self, step: int) -> list[int] | None:
        """How often each option was chosen, once the leader has opened the answer; None before."""
        with self._lock:
            asked = self._asked.get(step)
            return asked.counts() if asked and asked.opened else None

    def _seat(self, who):
        now = self.heard = self._clock()
        if who not in self._seats:
            if not isinstance(who, str) or not 8 <= len(who) <= LONGEST_ID:
                raise RoomError("The room does not know who this is.")
            self._seats[who] = _Seat(self._free(now), now, Bucket(1, 5, now))
        self._seats[who].seen = now
        return self._seats[who]

    def _free(self, now):
        """The number of a free seat: of the one away for longest, where all are taken."""
        if len(self._seats) < MOST_PEOPLE:
            return len(self._seats)
        gone = min(self._seats, key=lambda who: self._seats[who].seen)
        if now - self._seats[gone].seen < AWAY:
            raise RoomError(f"The room is full: it has {MOST_PEOPLE} seats.")
        number = self._seats.pop(gone).number
        for asked in self._asked.values():
            asked.votes[number] = NONE
        for flags in (flags for there in self._solved.values() for flags in there.values()):
            flags[number] = 0
        return number

    def _once_more(self, seat):
        now = self._clock()
        if not (seat.bucket.take(now) and self._answers.take(now)):
            raise RoomError("That was too fast. Wait a moment, and answer again.")


class Leader:
    """The rights of a room's leader."""

    def __init__(self, room: Room):
        self.room, self._lock = room, room._lock

    def move(self, step: int) -> None:
        """Take the room to that step of its course."""
        with self._lock:
            self.room.step = min(max(step, 1), len(self.room.course.lessons))
            self._heard()

    def let_follow(self, follow: bool) -> None:
        """Do participants come along by themselves?"""
        with self._lock:
            self.room.follow = follow
            self._heard()

    def ask(self, step: int, question: Question) -> None:
        """Ask this at that step. Another question takes its place only as long as nobody has answered."""
        _check(question)
        with self._lock:
            asked = self.room._asked.get(step)
            known = asked and (asked.question == question or asked.opened or any(asked.counts()))
            if not known and 1 <= step <= len(self.room.course.lessons):
                self.room._asked[step] = _Asked(question)
                self.room.news += 1
            self._heard()

    def open(self, step: int) -> None:
        """Open the answer of that step's question, for everybody and for good."""
        with self._lock:
            asked = self.room._asked.get(step)
            if asked and not asked.opened:
                asked.opened = True
                self.room.news += 1
            self._heard()

    def question(self, step: int) -> Question | None:
        """What is asked at that step."""
        asked = self.room._asked.get(step)
        return asked and asked.question

    def here(self) -> int:
        """How many have been heard of in the last half minute."""
        with self._lock:
            now = self.room._clock()
            return sum(now - seat.seen < HERE for seat in self.room._seats.values())

    def counts(self, step: int) -> list[int]:
        """How often each option was chosen so far; nothing where nothing is asked."""
        with self._lock:
            asked = self.room._asked.get(step)
            return asked.counts() if asked else []

    def solved(self, step: int) -> dict[str, int]:
        """For each challenge of that step that somebody has solved: how many have."""
        with self._lock:
            return {text: sum(flags) for text, flags in self.room._solved.get(step, {}).items()}

    def _heard(self):
        self.room.heard = self.room._clock()


class Rooms:
    """All rooms of this process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic):
        self._clock, self._lock = clock, threading.Lock()
        self._rooms: dict[str, Room] = {}
        self._opened, self._digests = Bucket(0.5, 60, clock()), Bucket(5, 30, clock())

    def new(self, course: Course) -> tuple[str, Room]:
        """A new room for a course: its leader's secret, and the room. RoomError where there are too many."""
        if not self._may(self._opened):
            raise RoomError("Too many rooms are being opened. Wait a moment, and try again.")
        for _ in range(3):
            secret = secrets.token_urlsafe(24)
            code = code_of(secret)
            if not self.find(code):
                return secret, self._open(code, secret, course)
        raise RoomError("There is no free code. Try again.")  # not in a million years

    def reopen(self, secret: str, course: Course) -> Room:
        """The room of that secret, as it is, or anew after a restart. RoomError where another one has its code."""
        return self._open(self.code(secret), secret, course)

    def code(self, secret: str) -> str:
        """`code_of`, for strangers: not too often."""
        if not re.fullmatch(r"[\w-]{20,64}", secret, re.ASCII):
            raise RoomError("This is no leader's link.")
        if not self._may(self._digests):
            raise RoomError("Too many at once. Wait a moment, and try again.")
        return code_of(secret)

    def find(self, code: str) -> Room | None:
        """The room with that code, as long as it is there."""
        room = self._rooms.get(code)
        return room if room and self._clock() - room.heard < LIFE else None

    def _open(self, code, secret, course):
        with self._lock:
            room = self.find(code)
            if room and not room.leader(secret):
                raise RoomError("Another room has this code.")
            if room:
                return room
            self._rooms = {code: room for code, room in self._rooms.items() if self.find(code)}
            if len(self._rooms) >= MOST_ROOMS:
                raise RoomError("There are too many rooms. Some will be gone in a few hours.")
            self._rooms[code] = room = Room(code, secret, course, self._clock)
            return room

    def _may(self, bucket):
        with self._lock:
            return bucket.take(self._clock())


def _key(secret):
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


def _check(question):
    """A question as a page asks it, and nothing that fills the memory."""
    text, options, answer = question
    if len(text) > LONGEST_QUESTION or not 2 <= len(options) <= MOST_OPTIONS or answer not in options:
        raise RoomError("A room asks a short question with a few answers, one of which is right.")
    if any(len(option) > LONGEST_OPTION for option in options):
        raise RoomError("The answers of a room's question are short.")
