"""Runs the cells of a pair, and says what came of them."""

import time
from collections import Counter
from dataclasses import dataclass

from .cells import outcome


@dataclass
class Row:
    """All cells of one pair."""

    pair: object
    outcomes: dict  # column -> Outcome
    seconds: float

    @property
    def title(self):
        return f"{self.pair.sp.name} × {self.pair.idp.name}"


def run(pair, columns):
    """One row. Failures are told as they come; the caller stops the peers."""
    began = time.monotonic()
    outcomes = {}
    for column in columns:
        pair.cell = column.title
        outcomes[column] = outcome(pair, column)
        found = outcomes[column]
        if found.word in ("FAIL", "skip"):
            print(f"{found.word} {pair.sp.name} × {pair.idp.name}, {column.title}: {found.why}", flush=True)
    row = Row(pair, outcomes, time.monotonic() - began)
    print(f"{row.title}: {row.seconds:.1f} s", flush=True)
    return row


def table(rows, heading, label):
    """A Markdown table: a line for each cell, a column for each pair."""
    columns = list(rows[0].outcomes)
    widths = [max(len(column.title) for column in columns), *(max(len(label(row)), 5) for row in rows)]
    lines = [[heading, *(label(row) for row in rows)], ["-" * width for width in widths]]
    lines += [[column.title, *(row.outcomes[column].word for row in rows)] for column in columns]
    widths[0] = max(widths[0], len(heading))
    return "\n".join("| " + " | ".join(f"{word:{width}}" for word, width in zip(line, widths)) + " |" for line in lines)


def reasons(rows, word):
    """Each reason once, with the cells that it explains."""
    told = {}
    for row in rows:
        for column, found in row.outcomes.items():
            if found.word == word:
                told.setdefault(found.why, []).append(
                    f"{row.title}, {column.title}" if word == "FAIL" else column.title
                )
    return "\n".join(f"- {why} ({'; '.join(dict.fromkeys(cells))})" for why, cells in told.items())


def count(rows):
    return Counter(found.word for row in rows for found in row.outcomes.values())
