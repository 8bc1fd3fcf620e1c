"""A library screened for the patients of every indication at once: seconds, and the most memory of all processes.

    python -m tests.benchmarks.library library.smi out BRCA --store crescreen.duckdb

By the model of one indication, whose frame every patient is brought to. As ``crescreen rank --library``, it goes on
where it was when called again. A library to screen: :mod:`decorated`.
"""

import argparse
import sys
from pathlib import Path

from screen.settings import Settings
from tests.benchmarks.processes import spent


def screen(library: Path, out: Path, code: str, settings: Settings, shard: int) -> None:
    """Screen it; what was found, on standard output."""
    from screen.cli import console
    from screen.library_screen import PatientsToScreen, ScreenRequest, screen_library
    from screen.models.bundle import Bundle
    from screen.models.encoder import embeddings
    from screen.ranking.apply_model import fitting
    from screen.store import open_store, stored_models

    with open_store(settings.store) as store:
        bundle = Bundle.from_bytes(*stored_models.current_model(store, code))
        everybody = store.sql("SELECT patient_id FROM patients ORDER BY patient_id")["patient_id"].to_list()
        fit = fitting(store, bundle, everybody, settings)
        encoder = embeddings.encoder_of(store, bundle.manifest["encoder"]["id"])
    args = ScreenRequest(
        library.absolute(),
        shard,
        out.absolute(),
        settings.ranking.efficient_fraction,
        settings.workers,
        settings.device,
        settings.cluster,
    )
    applicants = PatientsToScreen(code, bundle, encoder, fit.found.subject_ids, fit.scaled, {})
    with console.progress() as progress:
        sys.stdout.write(f"{screen_library(args, applicants, progress)}\n")


def main() -> None:
    """Screen in a process of its own, and say what it took."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.library", description=(__doc__ or "").splitlines()[0]
    )
    parser.add_argument("library", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("code")
    parser.add_argument("--store", type=Path, default=Settings.store)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--shard", type=int, default=10_000)
    parser.add_argument("--here", action="store_true", help="in this process, without the figures")
    args = parser.parse_args()
    if args.here:
        settings = Settings(store=args.store, workers=args.workers)
        return screen(args.library, args.out, args.code, settings, args.shard)
    took = spent([sys.executable, "-m", "tests.benchmarks.library", *sys.argv[1:], "--here"])
    sys.stdout.write(f"{took.out}{took.seconds:.0f} s, {took.cpu:.0f} s of CPU, {took.peak:.0f} MiB\n")
    return None


if __name__ == "__main__":
    main()
