"""Reads a results folder of loadlab into tidy data frames.

    from loadlab_results import read
    results = read("../results/quickstart")
    results.metric("response.mean", policy="none")

One row is one observation: a cell, replication and metric in `runs`, a cell and metric in `summary`. Swept keys have
the type that they have in the experiment file: numbers are numbers, flags are flags, everything else is text.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

# Text whatever it looks like: the sixteen hexadecimal digits of a cell may all be decimal ones.
TEXT = ["experiment", "cell", "scenario", "policy", "metric", "unit", "status", "warnings"]


@dataclass(frozen=True)
class Results:
    """One results folder."""

    folder: Path
    manifest: dict
    runs: pd.DataFrame
    summary: pd.DataFrame

    @property
    def swept(self) -> list[str]:
        """The swept keys, beside scenario and policy."""
        columns = list(self.summary.columns)
        return columns[columns.index("policy") + 1 : columns.index("metric")]

    def metric(self, name: str, **where) -> pd.DataFrame:
        """The rows of `summary` of one metric, in the order of the experiment, where columns have these values.

        A key whose name holds a dot is given as `**{"policy.d": 2}`.
        """
        return select(self.summary, metric=name, **where)

    def values(self, name: str, **where) -> pd.DataFrame:
        """The same of `runs`: one row per replication."""
        return select(self.runs, metric=name, **where)


def read(folder: str | Path) -> Results:
    """Reads the tables and the manifest of a folder that `loadlab run` has written."""
    folder = Path(folder)
    if not (folder / "manifest.json").exists():
        raise FileNotFoundError(f"{folder} is no results folder: run the experiment with `loadlab run` first")
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    summary = table(folder / "summary.csv")
    summary["met"] = summary["met"].astype("boolean")
    return Results(folder, manifest, table(folder / "runs.csv"), summary)


def table(path: Path) -> pd.DataFrame:
    """One CSV table. Only an empty field is missing: a policy may be called `none`, a scenario `NA`."""
    frame = pd.read_csv(path, keep_default_na=False, na_values=[""], dtype={name: str for name in TEXT})
    text = [name for name in TEXT if name in frame]
    frame[text] = frame[text].fillna("")
    return frame


def select(frame: pd.DataFrame, **where) -> pd.DataFrame:
    """The rows where every named column has the given value."""
    for column, value in where.items():
        if column not in frame:
            raise KeyError(f"there is no column {column!r}; there are {', '.join(frame.columns)}")
        frame = frame[frame[column] == value]
    return frame.reset_index(drop=True)
