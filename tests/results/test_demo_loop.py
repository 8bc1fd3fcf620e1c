"""The demo's last step: three organoids' plates come back, the spoiled one is found, a lab report is written."""

import json
from pathlib import Path

from screen import demo, pipeline
from screen.organoid import Request
from screen.settings import Settings
from screen.store import open_store


def test_the_demo_returns_plates_and_reports_them(ranked_store: Path, tmp_path: Path) -> None:
    settings = Settings(store=tmp_path / "demo.duckdb")
    pipeline.backup(Settings(store=ranked_store), settings.store)
    planned = pipeline.plan_organoids(settings, "STAD", Request(), None, tmp_path, ("json",))
    demo.return_plates(settings, planned.plan_id, tmp_path)
    (written,) = pipeline.report_lab(settings, [planned.plan_id], ("json",), tmp_path)
    report = json.loads(written.read_text(encoding="utf-8"))
    assert [one["organoid_id"] for one in report["organoids"]] == [f"SYN-ORGANOID-{number}" for number in (1, 2, 3)]
    assert {plate["organoid_id"] for plate in report["plates"] if plate["verdict"] == "fail"} == {"SYN-ORGANOID-3"}
    with open_store(settings.store) as store:
        assert store.scalar("SELECT count(DISTINCT organoid_id) FROM lab_curves") == 3
