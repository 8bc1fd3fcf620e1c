-- The lowest score with which a drug can be efficient for a patient. Only the highest scores are kept on the way, never a
-- patient's whole list. Reads the temporary table edp_sizes.
WITH best AS (
    SELECT run_id, patient_id,
           max(score, (SELECT max(entering) FROM edp_sizes)) AS highest
    FROM scores
    WHERE list_contains($run_ids, run_id)
    GROUP BY run_id, patient_id
)
SELECT run_id, patient_id, entering, highest[entering] AS last_score
FROM best
JOIN edp_sizes USING (run_id, patient_id)
