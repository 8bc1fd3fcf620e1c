-- EDI, the efficient drugs for an indication: those efficient for most patients. Drugs with equally many patients
-- share a rank, are marked, and at the last rank all enter. Reads the temporary table edp.
WITH cohorts AS (
    SELECT r.indication, count(*) AS patients
    FROM run_patients p
    JOIN runs r USING (run_id)
    WHERE list_contains($run_ids, r.run_id)
    GROUP BY r.indication
), counted AS (
    SELECT indication, drug_id, any_value(drug_name) AS drug_name, count(*) AS efficient_patients
    FROM edp
    GROUP BY indication, drug_id
), ranked AS (
    SELECT *,
           rank() OVER (PARTITION BY indication ORDER BY efficient_patients DESC)::INTEGER AS rank,
           count(*) OVER (PARTITION BY indication, efficient_patients) > 1 AS tied
    FROM counted
)
SELECT indication, drug_id, drug_name, efficient_patients, patients, efficient_patients / patients AS fraction,
       rank, tied
FROM ranked
JOIN cohorts USING (indication)
WHERE rank <= $drugs
ORDER BY indication, rank, drug_id
