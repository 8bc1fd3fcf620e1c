CREATE OR REPLACE TEMP TABLE meant AS
SELECT drug_key, first(drug_id ORDER BY authority, sources DESC, rows_ DESC, drug_id) AS drug_id
FROM main_claims GROUP BY drug_key
