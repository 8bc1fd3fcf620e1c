-- Every pair of the newest run of each indication.
WITH newest AS (
    SELECT indication, arg_max(run_id, ranked) AS run_id FROM runs GROUP BY indication
)
SELECT s.patient_id, n.indication, s.drug_id, coalesce(d.name, s.drug_id) AS drug_name, s.score, s.score_low,
       s.score_high, s.score_sd, s.selective, s.rank, s.tied, s.rank_low, s.rank_high, s.run_id
FROM scores s
JOIN newest n USING (run_id)
LEFT JOIN drugs d USING (drug_id)
ORDER BY n.indication, s.patient_id, s.rank
