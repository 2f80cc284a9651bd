"""How pytest-xdist deals the tests out to its workers: a file to one of them at a time, the longest first."""

from collections import OrderedDict
from typing import Final

from xdist.scheduler.loadfile import LoadFileScheduling

BROWSER: Final = "tests/browser"
LONGEST: Final = (
    BROWSER,
    "tests/integration/separation/test_non_interference.py",
    "tests/integration/separation/test_crawl.py",
    "tests/integration/separation/test_unsaid.py",
    "tests/integration/demo/test_demo_script.py",
    "tests/integration/separation/test_on_the_way.py",
    "tests/integration/vault/test_pdf_seal.py",
    "tests/integration/visibility/test_filter_equals_permit.py",
    "tests/integration/separation/test_sealed.py",
    "tests/integration/faults/test_killed.py",
    "tests/integration/cli/test_commands.py",
    "tests/integration/demo/test_demo_visit.py",
    "tests/integration/faults/test_killed_uploads.py",
)
"""What takes more than half a minute on a busy machine, the longest first: begun last, it would keep one worker alone
at work."""


class Dealing(LoadFileScheduling):  # type: ignore[misc]  # xdist ships no types
    """The browser's files are one unit: they look at one life, which a second worker would have to live again."""

    def _split_scope(self, nodeid: str) -> str:
        file: str = super()._split_scope(nodeid)
        return BROWSER if file.startswith(f"{BROWSER}/") else file

    def _assign_work_unit(self, node: object) -> None:
        """Give a worker the next unit; before the first, put the longest in front."""
        if not any(self.assigned_work.values()):
            self._put_the_longest_in_front()
        super()._assign_work_unit(node)

    def _put_the_longest_in_front(self) -> None:
        rank = {unit: place for place, unit in enumerate(LONGEST)}
        waiting: OrderedDict[str, dict[str, bool]] = self.workqueue
        ordered = sorted(waiting.items(), key=lambda unit: (rank.get(unit[0], len(rank)), -len(unit[1])))
        waiting.clear()
        waiting.update(ordered)
