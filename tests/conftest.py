"""Settings of all tests: no example of a property has a deadline, because a busy machine is no failure."""

from pathlib import Path

from hypothesis import settings

BROWSER = Path(__file__).parent / "browser"
settings.register_profile("without deadlines", deadline=None)
settings.load_profile("without deadlines")


def pytest_collection_modifyitems(items):
    """Browser tests come last, because Playwright keeps a loop that asyncio.run does not bear, the largest files first:
    so both processors have work to the end."""
    items.sort(key=lambda item: -item.path.stat().st_size if item.path.parent == BROWSER else -1_000_000)
