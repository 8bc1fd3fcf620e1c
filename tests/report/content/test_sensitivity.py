"""Other cut-offs, other members, another score."""

import polars as pl

from screen.ranking.across_indications import Across, across
from screen.ranking.shortlists import tables
from screen.report.content.drug_evidence import drug_notes
from screen.report.content.edi import edi_rows
from screen.report.content.provenance import current_run
from screen.report.content.sensitivity import FIRM, LOOSE, Sensitivity, entering, list_sensitivity
from screen.settings import Ranking
from screen.store import Store
from tests.report.conftest import RANKING


def compared(store: Store, made: Across) -> Sensitivity:
    run = current_run(store, "BRCA")
    edi = made.edi.filter(pl.col("indication") == "BRCA")
    scored = store.sql("SELECT drug_id FROM run_drugs WHERE run_id = $run AND scored", run=run.run_id)["drug_id"]
    notes = drug_notes(store, run, dict.fromkeys(scored, False))
    return list_sensitivity(store, run, RANKING, edi_rows(edi, notes), {d: n.name for d, n in notes.items()})


def test_a_share_of_drugs_is_taken_up_in_whole_numbers() -> None:
    assert [entering(60, f) for f in ("0.03", "0.05", "0.1")] == [2, 3, 6]


def test_other_cut_offs_give_what_ranking_with_them_gives(filled: Store) -> None:
    found = compared(filled, across(filled, RANKING))
    other = tables(filled, Ranking(efficient_fraction=0.03, indication_drugs=5)).edi
    ranks = dict(other.filter(pl.col("indication") == "BRCA").select("drug_name", "rank").iter_rows())
    assert found.variants[0].drugs == len(ranks)
    assert {p.name: p.ranks[0] for p in found.places} == {p.name: ranks.get(p.name) for p in found.places}


def test_the_reports_own_setting_keeps_its_whole_list(filled: Store, filled_tables: Across) -> None:
    found = compared(filled, filled_tables)
    default = next(v for v in found.variants if v.name == "10%, 10 drugs")
    assert (default.kept, default.new) == (len(found.places), ())


def test_every_member_is_stricter_than_the_mean_and_any_member_looser(filled: Store, filled_tables: Across) -> None:
    for place in compared(filled, filled_tables).places:
        assert place.firm <= place.share <= place.loose


def test_steady_drugs_are_on_every_list_as_long(filled: Store, filled_tables: Across) -> None:
    found = compared(filled, filled_tables)
    names = [v.name for v in found.variants]
    steady = [p for p in found.places if p.name in found.steady]
    assert all(p.ranks[names.index(name)] for p in steady for name in (FIRM, LOOSE, "10%, 20 drugs"))
