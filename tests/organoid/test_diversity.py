from screen.organoid.candidates import Candidate
from screen.organoid.diversity import RELEVANCE, Similarity, pick

ERLOTINIB = "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1"
GEFITINIB = "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"
ASPIRIN = "CC(=O)Oc1ccccc1C(=O)O"


def drug(name: str, smiles: str, place: int, *features: str, pathway: str = "") -> Candidate:
    return Candidate(
        drug_id=name,
        name=name,
        smiles=smiles,
        mechanism="",
        place=place,
        of=10,
        score=1 - place / 10,
        share=None,
        approved_here=False,
        approved=False,
        records_here=0,
        trials_here=0,
        late_here=0,
        trials=0,
        searched=True,
        features=frozenset(features),
        pathway=pathway,
        idle="",
    )


ONE, TWIN, OTHER = (
    drug("erlotinib", ERLOTINIB, 1, "egfr"),
    drug("gefitinib", GEFITINIB, 2, "egfr"),
    drug("aspirin", ASPIRIN, 3, "ptgs1"),
)


def names(ordered: list[Candidate], count: int, taken: list[Candidate] | None = None) -> list[str]:
    return [p.drug.name for p in pick(ordered, count, taken or [], Similarity([*ordered, *(taken or [])]))]


def test_a_second_drug_of_one_mechanism_gives_way_to_another() -> None:
    assert names([ONE, TWIN, OTHER], 2) == ["erlotinib", "aspirin"]


def test_what_is_in_already_counts() -> None:
    assert names([TWIN, OTHER], 1, [ONE]) == ["aspirin"]


def test_all_are_taken_when_all_are_wanted() -> None:
    assert sorted(names([ONE, TWIN, OTHER], 9)) == ["aspirin", "erlotinib", "gefitinib"]


def test_similarity_is_the_greater_of_mechanism_and_structure() -> None:
    like = Similarity([ONE, TWIN, OTHER])
    assert like(ONE, TWIN) == 1.0
    assert 0 < like(ONE, OTHER) < 0.3


def test_a_shared_pathway_makes_half_similar_unless_it_says_nothing() -> None:
    a, b = (drug(n, s, 1, pathway="Cell cycle") for n, s in (("a", ASPIRIN), ("b", ERLOTINIB)))
    c, d = (drug(n, s, 1, pathway="Unclassified") for n, s in (("c", ASPIRIN), ("d", ERLOTINIB)))
    like = Similarity([a, b, c, d])
    assert like(a, b) == 0.5
    assert like(c, d) < 0.3


def test_picks_follow_the_rule_stated() -> None:
    first, second, _ = pick([ONE, TWIN, OTHER], 3, [], like := Similarity([ONE, TWIN, OTHER]))
    gains = [RELEVANCE * (1 - i / 3) - (1 - RELEVANCE) * like(d, ONE) for i, d in ((1, TWIN), (2, OTHER))]
    assert (first.drug, second.drug, second.like) == (ONE, (TWIN, OTHER)[gains.index(max(gains))], ONE)
