-- Out-of-fold predictions with names; measured is NULL where the pair was not.
SELECT p.protocol, p.model, p.fold, p.cell_line_id, c.name AS cell_line, p.drug_id, coalesce(d.name, p.drug_id) AS drug_name,
       p.predicted, p.spread, p.measured, p.evaluation_id
FROM predictions p
LEFT JOIN cell_lines c USING (cell_line_id)
LEFT JOIN drugs d USING (drug_id)
ORDER BY p.protocol, p.model, p.fold, p.cell_line_id, p.drug_id, p.evaluation_id
