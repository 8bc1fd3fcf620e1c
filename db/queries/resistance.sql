-- Patients called resistant by each model, and how often it agrees with the other models on a patient.
WITH called AS (
    SELECT r.indication, c.drug_id, c.drug_name, c.model, c.patient_id, c.probability > 0.5 AS resistant,
           count(*) FILTER (c.probability > 0.5) OVER patient AS votes, count(*) OVER patient AS models, c.resistance_id
    FROM resistance_calls c JOIN resistance_runs r USING (resistance_id)
    WINDOW patient AS (PARTITION BY c.resistance_id, c.drug_id, c.patient_id)
)
SELECT indication, drug_name, model, count(*)::INTEGER AS patients,
       count(*) FILTER (resistant)::INTEGER AS resistant,
       sum(CASE WHEN resistant THEN votes - 1 ELSE models - votes - 1 END)::DOUBLE
           / nullif(sum(models - 1)::DOUBLE, 0) AS agreement,
       drug_id, resistance_id
FROM called
GROUP BY ALL
ORDER BY indication, drug_name, model
