-- Two main names that sources call each other's synonym (rapamycin, sirolimus) are one drug.
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
