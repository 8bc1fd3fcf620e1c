"""Each command that the benchmark of the cold start times does its work."""

from pathlib import Path

from tests.benchmarks.cold_start import commands, filled, finished


def test_every_command_ends_as_it_should(tmp_path: Path) -> None:
    store = filled(tmp_path / "bench.duckdb")
    took = {words[0]: finished(words) for words, _, _ in commands(store, tmp_path)}
    assert set(took) == {"--help", "status", "sources", "doctor", "export", "verify", "report"}
    assert (tmp_path / "edp.csv").is_file()
