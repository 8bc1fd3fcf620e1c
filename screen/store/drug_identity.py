"""Which drug each name means: derived tables ``drug_keys``, ``drugs`` and ``drug_conflicts``, rebuilt in SQL.

A name is a claim on a structure. The claim of the best authority is taken; within one authority a main name before
a synonym; then the structure that most sources, then most rows, give; then the smallest id. A synonym means whatever
its main name means. What was claimed and not taken is listed in ``drug_conflicts``; a synonym that several drugs of
one authority claim, and no main name settles, means none of them (``taken`` is empty there).

A name without a structure in its source takes the one structure that its synonyms there agree on. Failing
that, the main name and its synonyms are one drug without a structure, ``name:<key of the main name>``. Two main names
that sources call each other's synonym are one drug.
"""

from screen.store.database import Store

# An InChIKey that no structure here has (another salt or stereo layer) means the one structure with its skeleton.
_NAMED = """
CREATE OR REPLACE TEMP TABLE named AS
WITH skeletons AS (
    SELECT drug_id[:14] AS skeleton, min(drug_id) AS drug_id FROM drug_structures
    GROUP BY ALL HAVING count(*) = 1
)
SELECT n.source_id, n.drug_key, n.name, n.preferred, n.authority, coalesce(n.alias_of, n.drug_key) AS main_key,
       coalesce(s.drug_id, k.drug_id) AS drug_id,
       n.drug_id IS NOT NULL AND s.drug_id IS NULL AND k.drug_id IS NULL AS elsewhere
FROM drug_names n
LEFT JOIN drug_structures s ON s.drug_id = n.drug_id
LEFT JOIN skeletons k ON s.drug_id IS NULL AND k.skeleton = n.drug_id[:14]
"""

_MAIN_CLAIMS = """
CREATE OR REPLACE TEMP TABLE main_claims AS
SELECT drug_key, drug_id, min(authority) AS authority, FALSE AS synonym, FALSE AS contested,
       count(DISTINCT source_id) AS sources, count(*) AS rows_
FROM named WHERE preferred AND drug_id IS NOT NULL
GROUP BY drug_key, drug_id
"""

_START = """
CREATE OR REPLACE TEMP TABLE meant AS
SELECT drug_key, first(drug_id ORDER BY authority, sources DESC, rows_ DESC, drug_id) AS drug_id
FROM main_claims GROUP BY drug_key
"""

# A group is the main name and the synonyms of one source: the main name's structure, else the synonyms' only one,
# unless the source gives the main name a structure that is none of those here (esketamine is not arketamine).
_GROUPS = """
CREATE OR REPLACE TEMP TABLE groups AS
WITH members AS (
    SELECT n.source_id, n.main_key, n.preferred, n.elsewhere, m.drug_id, starts_with(m.drug_id, 'name:') AS bare
    FROM named n LEFT JOIN meant m USING (drug_key)
)
SELECT source_id, main_key,
       coalesce(any_value(drug_id) FILTER (preferred AND NOT bare),
                CASE WHEN count(DISTINCT drug_id) FILTER (NOT bare) = 1 AND NOT bool_or(elsewhere)
                     THEN min(drug_id) FILTER (NOT bare) END,
                any_value(drug_id) FILTER (preferred),
                'name:' || main_key) AS drug_id
FROM members GROUP BY source_id, main_key
"""

# Saying a name alone claims nothing: a response table that mentions 5-FU does not make it a drug of its own.
_CLAIMS = """
CREATE OR REPLACE TEMP TABLE claims AS
WITH said AS (
    SELECT n.source_id, n.drug_key, n.authority, NOT n.preferred AS synonym, g.drug_id,
           count(DISTINCT g.drug_id) OVER (PARTITION BY n.source_id, n.drug_key, n.preferred) > 1 AS contested
    FROM named n JOIN groups g USING (source_id, main_key)
    WHERE NOT n.preferred OR (NOT starts_with(g.drug_id, 'name:')
                              AND NOT EXISTS (SELECT 1 FROM main_claims c WHERE c.drug_key = n.drug_key))
)
SELECT * FROM main_claims
UNION ALL BY NAME
SELECT drug_key, drug_id, min(authority) AS authority, synonym, bool_or(contested) AS contested,
       count(DISTINCT source_id) AS sources, count(*) AS rows_
FROM said GROUP BY drug_key, drug_id, synonym
"""

# A structure is better than none, whoever claims it, unless one source gives the synonym to both.
_MEANT = """
CREATE OR REPLACE TEMP TABLE meant AS
WITH totals AS (
    SELECT drug_key, drug_id, sum(sources) AS sources, sum(rows_) AS rows_ FROM claims GROUP BY ALL
), ranked AS (
    SELECT c.drug_key, c.drug_id, c.synonym,
           rank() OVER (PARTITION BY c.drug_key
                        ORDER BY starts_with(c.drug_id, 'name:') AND NOT c.contested,
                                 c.authority, c.synonym) AS place,
           t.sources, t.rows_
    FROM claims c JOIN totals t USING (drug_key, drug_id)
)
SELECT drug_key, first(drug_id ORDER BY sources DESC, rows_ DESC, drug_id) AS drug_id
FROM ranked WHERE place = 1
GROUP BY drug_key
HAVING NOT bool_and(synonym) OR count(DISTINCT drug_id) = 1
"""

READ_TABLES = frozenset({"drug_names", "drug_structures", "drug_facts", "responses", "given_drugs"})
"""Facts that ``resolve_drugs`` reads: only a change of theirs calls for it."""
_ROUNDS = 2
"""A synonym's main name may itself be another source's synonym: meanings settle along such chains."""

# Two main names that sources call each other's synonym (rapamycin, sirolimus) are one drug.
_MERGED = """
CREATE OR REPLACE TEMP TABLE merged AS
WITH linked AS (
    SELECT DISTINCT main_key, drug_key FROM named WHERE NOT preferred
), pairs AS (
    SELECT l.main_key, l.drug_key, one.drug_id AS one, other.drug_id AS other
    FROM linked l
    JOIN linked back ON back.main_key = l.drug_key AND back.drug_key = l.main_key
    JOIN meant one ON one.drug_key = l.main_key
    JOIN meant other ON other.drug_key = l.drug_key
    WHERE one.drug_id < other.drug_id
), votes AS (
    SELECT p.one, p.other, c.drug_id, min(c.authority) AS authority, sum(c.sources) AS sources
    FROM pairs p JOIN claims c ON c.drug_key IN (p.main_key, p.drug_key) AND c.drug_id IN (p.one, p.other)
    GROUP BY ALL
), taken AS (
    SELECT one, other, first(drug_id ORDER BY starts_with(drug_id, 'name:'), authority, sources DESC, drug_id) AS taken
    FROM votes GROUP BY ALL
)
SELECT CASE WHEN taken = one THEN other ELSE one END AS drug_id, min(taken) AS taken
FROM taken GROUP BY ALL
"""

_MERGE = "UPDATE meant SET drug_id = merged.taken FROM merged WHERE merged.drug_id = meant.drug_id"

_CONFLICTS = """
INSERT INTO drug_conflicts
SELECT c.drug_key, coalesce(any_value(m.drug_id), ''),
       list_sort(list(DISTINCT c.drug_id) FILTER (m.drug_id IS NULL OR c.drug_id <> m.drug_id))
FROM claims c LEFT JOIN meant m USING (drug_key)
WHERE NOT starts_with(c.drug_id, 'name:')
GROUP BY c.drug_key HAVING count(DISTINCT c.drug_id) > 1
ORDER BY c.drug_key
"""

_MET = """
CREATE OR REPLACE TEMP TABLE met AS
WITH used AS (
    SELECT drug_key, drug_name AS name, TRUE AS screened, source_id FROM responses GROUP BY ALL
    UNION ALL SELECT drug_key, drug_name, FALSE, source_id FROM given_drugs GROUP BY ALL
)
SELECT u.drug_key, u.name, u.screened, u.source_id, coalesce(m.drug_id, 'name:' || u.drug_key) AS drug_id
FROM used u LEFT JOIN meant m USING (drug_key)
"""

_KEYS = """
INSERT INTO drug_keys
WITH kept AS (
    SELECT drug_id FROM drug_structures
    UNION SELECT drug_id FROM met
), all_keys AS (
    SELECT drug_key, drug_id FROM meant
    UNION SELECT drug_key, drug_id FROM met
)
SELECT drug_key, drug_id FROM all_keys JOIN kept USING (drug_id) ORDER BY drug_key
"""

# The name shown: a main name of the best authority, then the most frequent, the shortest, the first in the alphabet.
_DRUGS = """
INSERT INTO drugs
WITH spellings AS (
    SELECT k.drug_id, k.drug_key, n.name, NOT n.preferred AS synonym, n.authority, n.source_id
    FROM named n JOIN drug_keys k USING (drug_key)
    UNION ALL SELECT drug_id, drug_key, name, FALSE, 3, source_id FROM met
), counted AS (
    SELECT drug_id, drug_key, name, bool_and(synonym) AS synonym, min(authority) AS authority,
           count(DISTINCT source_id) AS sources
    FROM spellings GROUP BY drug_id, drug_key, name
), placed AS (
    SELECT *, row_number() OVER (PARTITION BY drug_id ORDER BY synonym, authority, sources DESC, len(name), name)
              AS place
    FROM counted
), shown AS (
    SELECT drug_id, drug_key, name FROM placed WHERE place = 1
), others AS (
    SELECT p.drug_id, p.drug_key, first(p.name ORDER BY p.place) AS name
    FROM placed p JOIN shown s ON s.drug_id = p.drug_id AND s.drug_key <> p.drug_key
    GROUP BY ALL
), aliases AS (
    SELECT drug_id, list(name ORDER BY name) AS aliases FROM others GROUP BY drug_id
), told AS (
    SELECT k.drug_id, f.field, f.value, count(*) AS sources, max(coalesce(s.snapshot_date, '')) AS stated
    FROM drug_facts f JOIN drug_keys k USING (drug_key) LEFT JOIN source_files s USING (source_id)
    GROUP BY ALL
), newest AS (
    SELECT drug_id, field, max(stated) AS stated FROM told GROUP BY ALL
), facts AS (
    SELECT drug_id,
           list(value ORDER BY value) FILTER (field = 'target') AS targets,
           first(value ORDER BY value = 'Unclassified', sources DESC, value) FILTER (field = 'pathway') AS pathway,
           string_agg(value, '; ' ORDER BY value) FILTER (field = 'mechanism' AND t.stated = n.stated) AS mechanism,
           first(value ORDER BY t.stated DESC, value DESC) FILTER (field = 'hub_phase') AS hub_phase
    FROM told t JOIN newest n USING (drug_id, field) GROUP BY drug_id
), screened AS (
    SELECT drug_id, bool_or(screened) AS screened FROM met GROUP BY drug_id
)
SELECT s.drug_id, s.name, d.smiles, d.molecular_weight, coalesce(f.targets, []), f.pathway, f.mechanism, f.hub_phase,
       coalesce(a.aliases, []), coalesce(r.screened, FALSE)
FROM shown s
LEFT JOIN drug_structures d USING (drug_id) LEFT JOIN aliases a USING (drug_id)
LEFT JOIN facts f USING (drug_id) LEFT JOIN screened r USING (drug_id)
ORDER BY s.drug_id
"""


def resolve_drugs(store: Store) -> None:
    """Rebuild ``drug_keys``, ``drugs`` and ``drug_conflicts`` from the facts. Call inside a transaction.

    ``drugs`` holds every structure that some name means, and every drug named in responses or given to patients;
    ``drug_keys`` leads to these drugs only, so a vocabulary of names alone adds none.
    """
    for table in ("drug_keys", "drugs", "drug_conflicts"):
        store.run(f"DELETE FROM {table}")
    for step in (
        _NAMED,
        _MAIN_CLAIMS,
        _START,
        *(_GROUPS, _CLAIMS, _MEANT) * _ROUNDS,
        _MERGED,
        _MERGE,
        _CONFLICTS,
        _MET,
        _KEYS,
        _DRUGS,
    ):
        store.run(step)
    for table in ("named", "main_claims", "meant", "groups", "claims", "merged", "met"):
        store.run(f"DROP TABLE {table}")
