-- A group is the main name and the synonyms of one source: the main name's structure, else the synonyms' only one,
-- unless the source gives the main name a structure that is none of those here (esketamine is not arketamine).
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
