INSERT INTO drug_conflicts
SELECT c.drug_key, coalesce(any_value(m.drug_id), ''),
       list_sort(list(DISTINCT c.drug_id) FILTER (m.drug_id IS NULL OR c.drug_id <> m.drug_id))
FROM claims c LEFT JOIN meant m USING (drug_key)
WHERE NOT starts_with(c.drug_id, 'name:')
GROUP BY c.drug_key HAVING count(DISTINCT c.drug_id) > 1
ORDER BY c.drug_key
