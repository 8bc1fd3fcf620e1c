-- How many drugs are efficient for each patient: ceil(n x numerator / denominator) of the n scored, in whole numbers, so
-- that 5% of 60 is 3.
SELECT run_id, patient_id, (count(*) * $numerator + $denominator - 1) // $denominator AS entering
FROM scores
WHERE list_contains($run_ids, run_id)
GROUP BY run_id, patient_id
