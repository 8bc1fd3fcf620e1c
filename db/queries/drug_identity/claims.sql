-- A name alone claims nothing: a response table that mentions 5-FU does not make it a drug of its own.
CREATE OR REPLACE TEMP TABLE claims AS
WITH mentions AS (
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
FROM mentions GROUP BY drug_key, drug_id, synonym
