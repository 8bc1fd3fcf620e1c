-- What found no home: drugs no table knows, conditions without a code (those that are no tumour apart), cell lines of
-- response tables that no model table lists. Reads the temporary tables intervention_parts and record_parts.
SELECT 'drug' AS what, p.part AS text, 'trial' AS origin, count(DISTINCT i.nct_id) AS records
FROM trial_interventions i
JOIN intervention_parts p
  ON p.intervention = i.name || chr(31) || array_to_string(coalesce(i.other_names, []), chr(31))
WHERE p.drug_id IS NULL AND (i.kind IS NULL OR i.kind IN ('DRUG', 'BIOLOGICAL', 'COMBINATION_PRODUCT'))
GROUP BY p.part
UNION ALL
SELECT 'drug', p.part, r.origin, count(*)
FROM indication_records r
JOIN record_parts p USING (drug_name)
WHERE NOT p.known AND (r.condition IS NOT NULL OR r.indication IS NOT NULL)
GROUP BY p.part, r.origin
UNION ALL
SELECT 'condition', c.condition, 'trial', count(DISTINCT c.nct_id)
FROM trial_conditions c
JOIN condition_codes k USING (condition)
WHERE k.how IN ('unmapped', 'too general') AND c.origin <> 'keyword'
GROUP BY c.condition
UNION ALL
SELECT 'condition', r.condition, r.origin, count(*)
FROM indication_records r
JOIN condition_codes k USING (condition)
WHERE r.indication IS NULL AND k.how IN ('unmapped', 'too general')
GROUP BY r.condition, r.origin
UNION ALL
SELECT 'cell_line', r.cell_line_ref, r.dataset, sum(r.rows_)::BIGINT
FROM (SELECT cell_line_ref, dataset, count(*) AS rows_ FROM responses GROUP BY ALL) r
LEFT JOIN cell_line_keys k ON k.key = r.cell_line_ref
LEFT JOIN cell_line_keys n ON n.key = regexp_replace(upper(r.cell_line_ref), '[^A-Z0-9]', '', 'g')
WHERE k.key IS NULL AND n.key IS NULL
GROUP BY r.cell_line_ref, r.dataset
ORDER BY ALL
