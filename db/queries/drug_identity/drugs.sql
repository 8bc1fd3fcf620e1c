-- The name shown: a main name of the best authority, then the most frequent, the shortest, the first in the alphabet.
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
), statements AS (
    SELECT k.drug_id, f.field, f.value, count(*) AS sources, max(coalesce(s.snapshot_date, '')) AS stated
    FROM drug_facts f JOIN drug_keys k USING (drug_key) LEFT JOIN source_files s USING (source_id)
    GROUP BY ALL
), newest AS (
    SELECT drug_id, field, max(stated) AS stated FROM statements GROUP BY ALL
), facts AS (
    SELECT drug_id,
           list(value ORDER BY value) FILTER (field = 'target') AS targets,
           first(value ORDER BY value = 'Unclassified', sources DESC, value) FILTER (field = 'pathway') AS pathway,
           string_agg(value, '; ' ORDER BY value) FILTER (field = 'mechanism' AND t.stated = n.stated) AS mechanism,
           first(value ORDER BY t.stated DESC, value DESC) FILTER (field = 'hub_phase') AS hub_phase
    FROM statements t JOIN newest n USING (drug_id, field) GROUP BY drug_id
), screened AS (
    SELECT drug_id, bool_or(screened) AS screened FROM met GROUP BY drug_id
)
SELECT s.drug_id, s.name, d.smiles, d.molecular_weight, coalesce(f.targets, []), f.pathway, f.mechanism, f.hub_phase,
       coalesce(a.aliases, []), coalesce(r.screened, FALSE)
FROM shown s
LEFT JOIN drug_structures d USING (drug_id) LEFT JOIN aliases a USING (drug_id)
LEFT JOIN facts f USING (drug_id) LEFT JOIN screened r USING (drug_id)
ORDER BY s.drug_id
