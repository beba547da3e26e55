"""How far something is, for a person who watches."""

from __future__ import annotations

import io

from local.progress import Progress, line


def test_the_line_tells_how_many_how_fast_and_how_long_still() -> None:
    said = line(300, 1200, 3.0, "objects", "5 asked for")
    assert said == "[" + "#" * 6 + " " * 18 + "] 300 of 1,200 objects, 100/s, 9 s left, 5 asked for"


def test_without_a_total_there_is_no_bar_and_no_time_left() -> None:
    assert line(300, 0, 3.0, "objects", "") == "300 objects, 100/s"
    assert line(0, 0, 0.0, "objects", "") == "0 objects, 0/s"


def test_where_nobody_watches_nothing_is_written_and_nothing_is_counted() -> None:
    def total() -> int:
        raise AssertionError("counted for nobody")

    stream = io.StringIO()
    progress = Progress(stream, "objects", total)
    progress.show(1)
    progress.end()
    assert stream.getvalue() == ""


def test_on_a_terminal_the_line_is_drawn_over_itself_and_taken_away() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    progress = Progress(stream, "objects", lambda: 10)
    progress.show(5)
    progress.end()
    assert stream.getvalue().startswith("\r[############            ] 5 of 10 objects")
    assert stream.getvalue().split("\r")[-2].strip() == ""
