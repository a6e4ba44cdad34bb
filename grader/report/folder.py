"""What `--out` leaves in a folder: the report for programs, the page for people, and traces if they are wanted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.grading.runs import Runs
from grader.report.files import require_writable, write_file
from grader.report.json_report import to_json
from grader.report.perfetto import to_trace

if TYPE_CHECKING:
    from pathlib import Path

    from grader.grading import Report
    from grader.report.commands import Commands

_TRACES = "traces"


@dataclass
class ReportFolder:
    """A folder for reports.

    Attributes:
        path: where.
        commands: how the reader calls the grader.
        traces: whether each check's trace is wanted as well.
        runs: what is seen of the runs, gathered while they are judged.
    """

    path: Path
    commands: Commands
    traces: bool = False
    runs: Runs = field(default_factory=Runs)

    def prepare(self) -> None:
        """Make the folder, and try it out.

        Raises:
            UnwritableError: nothing can be written into it.
        """
        require_writable(self.path)

    def write(self, report: Report) -> None:
        """Write every file, each whole or not at all.

        Raises:
            UnwritableError: one can't be written.
        """
        from grader.report.html import report_page  # noqa: PLC0415 - the judge starts sooner without it

        write_file(self.path, "report.json", to_json(report))
        traces = self._traces(report) if self.traces else {}
        for (exercise, check), trace in traces.items():
            write_file(self.path / _TRACES / exercise, f"{check}.json", trace, lasting=False)
        page = report_page(
            report,
            self.runs,
            self.commands,
            trace_of=lambda *key: f"{_TRACES}/{'/'.join(key)}.json" if key in traces else "",
        )
        write_file(self.path, "report.html", page)

    def _traces(self, report: Report) -> dict[tuple[str, str], str]:
        found = {}
        for exercise in report.exercises:
            for check in exercise.checks:
                trace = to_trace(
                    f"{exercise.id}, {check.id}",
                    self.runs.of(exercise.id, check.id).lanes,
                    self.runs.reference(exercise.id, check.id),
                )
                if trace:
                    found[exercise.id, check.id] = trace
        return found
