"""All rooms of a process: each is found by its code, and opened again by its leader's secret, also after a restart."""

import hashlib
import re
import secrets
import threading
import time
from collections.abc import Callable

from lib.courses import Course
from lib.room import Bucket, Room, RoomError

LETTERS = "BCDFGHJKMNPRSTWXYZ"  # none looks like another, and without vowels they make no words
CODE = re.compile(f"[{LETTERS}]{{5}}")
MOST_ROOMS = 1_000
LIFE = 8 * 3600  # seconds that a room is kept after the last word


def code_of(secret: str) -> str:
    """The code of the room with that secret. It takes 40 ms, so nobody finds another secret for a code by trying.

    >>> code_of("a secret")
    'CTCFJ'
    """
    digest = hashlib.scrypt(secret.encode(), salt=b"glass box", n=2**14, r=8, p=1, dklen=16)
    number, letters = int.from_bytes(digest), ""
    for _ in range(5):
        number, letter = divmod(number, len(LETTERS))
        letters += LETTERS[letter]
    return letters


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
        known = next((room.code for room in [*self._rooms.values()] if room.leader(secret)), None)
        if not known and not self._may(self._digests):
            raise RoomError("Too many at once. Wait a moment, and try again.")
        return known or code_of(secret)

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
