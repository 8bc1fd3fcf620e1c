CREATE OR REPLACE TEMP TABLE main_claims AS
SELECT drug_key, drug_id, min(authority) AS authority, FALSE AS synonym, FALSE AS contested,
       count(DISTINCT source_id) AS sources, count(*) AS rows_
FROM named WHERE preferred AND drug_id IS NOT NULL
GROUP BY drug_key, drug_id
