-- Every pair of the newest run of each indication.
SELECT s.patient_id, n.indication, s.drug_id, coalesce(d.name, s.drug_id) AS drug_name, s.score, s.score_low,
       s.score_high, s.score_sd, s.selective, s.rank, s.tied, s.rank_low, s.rank_high, s.run_id
FROM scores s
JOIN current_runs n USING (run_id)
LEFT JOIN drugs d USING (drug_id)
ORDER BY n.indication, s.patient_id, s.rank
