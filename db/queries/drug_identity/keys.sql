INSERT INTO drug_keys
WITH used AS (
    SELECT drug_id FROM drug_structures
    UNION SELECT drug_id FROM met
), all_keys AS (
    SELECT drug_key, drug_id FROM meant
    UNION SELECT drug_key, drug_id FROM met
)
SELECT drug_key, drug_id FROM all_keys JOIN used USING (drug_id) ORDER BY drug_key
