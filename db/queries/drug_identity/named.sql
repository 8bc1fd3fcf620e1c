-- An InChIKey that no structure here has (another salt or stereo layer) means the one structure with its skeleton.
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
