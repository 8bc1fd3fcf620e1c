-- Rows that point to a row which is not there: what, and how many. Nothing the program does leaves one.
SELECT what, number FROM (
    SELECT 'profiles without their file' AS what, count(*) AS number
    FROM expression WHERE source_id NOT IN (SELECT source_id FROM source_files)
    UNION ALL SELECT 'profiles without their genes', count(*)
    FROM expression WHERE gene_order_id NOT IN (SELECT gene_order_id FROM gene_orders)
    UNION ALL SELECT 'profiles of another length than their genes', count(*)
    FROM expression e JOIN gene_orders g USING (gene_order_id) WHERE len(e.levels) <> len(g.genes)
    UNION ALL SELECT 'rankings without their model', count(*)
    FROM runs WHERE model_id NOT IN (SELECT model_id FROM models)
    UNION ALL SELECT 'scores without their ranking', count(*)
    FROM (SELECT DISTINCT run_id FROM scores) WHERE run_id NOT IN (SELECT run_id FROM runs)
    UNION ALL SELECT 'ranked patients without their ranking', count(*)
    FROM run_patients WHERE run_id NOT IN (SELECT run_id FROM runs)
    UNION ALL SELECT 'ranked drugs without their ranking', count(*)
    FROM (SELECT DISTINCT run_id FROM run_drugs) WHERE run_id NOT IN (SELECT run_id FROM runs)
    UNION ALL SELECT 'scored patients that are not in their ranking', count(*)
    FROM (SELECT DISTINCT run_id, patient_id FROM scores) s ANTI JOIN run_patients p USING (run_id, patient_id)
    UNION ALL SELECT 'treatments without their plan', count(*)
    FROM plan_treatments WHERE plan_id NOT IN (SELECT plan_id FROM plans)
    UNION ALL SELECT 'wells without their plan', count(*)
    FROM plan_wells WHERE plan_id NOT IN (SELECT plan_id FROM plans)
    UNION ALL SELECT 'wells without their plate', count(*)
    FROM lab_wells WHERE plate_id NOT IN (SELECT plate_id FROM lab_plates)
)
WHERE number > 0
ORDER BY what
