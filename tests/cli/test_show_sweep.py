"""What the terminal shows of a sweep, from predictions that are written here."""

from io import StringIO

from rich.console import Console

from auscult.cli.show_sweep import print_sweep
from auscult.training.sweep_folder import SweepFolder
from auscult.training.sweep_table import SweepTable
from tests.training.test_sweep_table import ALL_NORMAL, ALL_RIGHT, HALF_RIGHT, SETTINGS, VALIDATION, write_row


def shown(folder, *, settings=2):
    out = StringIO()
    print_sweep(SweepTable(folder, SETTINGS[:settings], 1, "icbhi-4", VALIDATION), Console(file=out, width=100))
    return out.getvalue()


def test_the_best_row_is_marked_and_it_is_said_what_that_means(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    write_row(folder, 0, ALL_NORMAL)
    write_row(folder, 1, HALF_RIGHT)
    text = shown(folder)
    assert [line.split() for line in text.splitlines() if "75.00" in line or line.strip() == "best"] == [
        ["2", "1", "100.00", "50.00", "75.00"],
        ["best"],
    ]
    assert "best: the highest Score of those with the most seeds, unless several share it" in text


def test_where_two_share_the_top_none_is_marked(tmp_path):
    folder = SweepFolder(tmp_path / "sweep")
    write_row(folder, 0, ALL_RIGHT)
    write_row(folder, 1, ALL_RIGHT)
    assert shown(folder).count("best") == 1  # what it means


def test_without_scores_nothing_is_said_of_the_best(tmp_path):
    assert "best" not in shown(SweepFolder(tmp_path / "sweep"))
