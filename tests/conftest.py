"""Settings of all tests: no example of a property has a deadline, because a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")
