-- Genes that models of resistance rest on, beside their plain association with the response of cell lines.
SELECT r.indication, a.drug_name, a.model, a.gene, a.rank, a.share,
       CASE a.direction WHEN 1 THEN 'resistance' WHEN -1 THEN 'sensitivity' END AS goes_with,
       a.again, a.refit_correlation, a.association, a.association_q, a.association_rank, a.drug_id, a.resistance_id
FROM resistance_attributions a JOIN resistance_runs r USING (resistance_id)
ORDER BY r.indication, a.drug_name, a.model, a.rank
