-- DEI, drug efficacy over indications: every drug that is an EDI drug somewhere, over every indication ranked,
-- efficient or not. NULL: the drug was not scored there. Reads the temporary table edi.
WITH chosen AS (
    SELECT drug_id, any_value(drug_name) AS drug_name FROM edi GROUP BY drug_id
), scored AS (
    SELECT DISTINCT r.indication, d.drug_id
    FROM run_drugs d
    JOIN runs r USING (run_id)
    WHERE list_contains($run_ids, r.run_id) AND d.scored
), indications AS (
    SELECT indication FROM runs WHERE list_contains($run_ids, run_id)
)
SELECT c.drug_id, c.drug_name, i.indication,
       CASE WHEN s.drug_id IS NOT NULL THEN e.drug_id IS NOT NULL END AS efficient
FROM chosen c
CROSS JOIN indications i
LEFT JOIN scored s ON s.drug_id = c.drug_id AND s.indication = i.indication
LEFT JOIN edi e ON e.drug_id = c.drug_id AND e.indication = i.indication
ORDER BY c.drug_name, c.drug_id, i.indication
