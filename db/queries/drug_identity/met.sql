CREATE OR REPLACE TEMP TABLE met AS
WITH used AS (
    SELECT drug_key, drug_name AS name, TRUE AS screened, source_id FROM responses GROUP BY ALL
    UNION ALL SELECT drug_key, drug_name, FALSE, source_id FROM given_drugs GROUP BY ALL
)
SELECT u.drug_key, u.name, u.screened, u.source_id, coalesce(m.drug_id, 'name:' || u.drug_key) AS drug_id
FROM used u LEFT JOIN meant m USING (drug_key)
