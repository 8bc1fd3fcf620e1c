-- What is in the store, a row a thing: what, how many, and which.
SELECT what, number, detail FROM (
    SELECT 1 AS place, 'source files' AS what, count(*) AS number,
           string_agg(DISTINCT kind, ', ' ORDER BY kind) AS detail FROM source_files
    UNION ALL SELECT 2, 'cell lines', count(*), NULL FROM cell_lines
    UNION ALL SELECT 3, 'patients', sum(n), string_agg(format('{} {}', coalesce(indication, 'without indication'), n), ', '
                                                       ORDER BY n DESC, indication)
    FROM (SELECT indication, count(*) AS n FROM patients GROUP BY indication)
    UNION ALL SELECT 4, 'expression profiles', sum(n), string_agg(format('{} {} ({})', n, dataset, unit), ', '
                                                                  ORDER BY n DESC, dataset)
    FROM (SELECT dataset, unit, count(*) AS n FROM expression GROUP BY ALL)
    UNION ALL SELECT 4.5, 'alterations', sum(n), string_agg(format('{} {} of {} {}s', n, replace(kind, '_', ' '), subjects,
                                                                replace(domain, '_', ' ')), ', ' ORDER BY domain DESC, n DESC, kind)
    FROM (SELECT domain, kind, sum(len(genes)) AS n, count(DISTINCT subject_id) AS subjects FROM alterations GROUP BY ALL)
    UNION ALL SELECT 5, 'drugs', count(*), format('{} with a structure, {} screened',
                                                  count(smiles), count(*) FILTER (screened)) FROM drugs
    UNION ALL SELECT 6, 'responses', sum(n), string_agg(format('{} {} {}', n, dataset, metric), ', '
                                                        ORDER BY n DESC, dataset)
    FROM (SELECT dataset, metric, count(*) AS n FROM responses GROUP BY ALL)
    UNION ALL SELECT 7, 'trials', count(DISTINCT nct_id), NULL FROM trials
    UNION ALL SELECT 8, 'evidence records', count(*), string_agg(DISTINCT origin, ', ' ORDER BY origin) FROM evidence
    UNION ALL SELECT 9, 'models', count(*), string_agg(format('{} {} {}', indication, name, model_id), ', '
                                                       ORDER BY trained DESC) FROM models
    UNION ALL SELECT 10, 'rankings', count(*), string_agg(format('{} {}: {}', r.indication, r.run_id,
                                                          CASE WHEN c.run_id IS NULL THEN format('{} patients', p.n)
                                                               ELSE 'one patient, with results' END), ', '
                                                          ORDER BY r.ranked DESC)
    FROM runs r LEFT JOIN (SELECT run_id, count(*) AS n FROM run_patients GROUP BY run_id) p USING (run_id)
                LEFT JOIN conditioned_runs c USING (run_id)
    UNION ALL SELECT 11, 'measured figures', count(*), string_agg(DISTINCT protocol, ', ') FROM evaluations
    UNION ALL SELECT 12, 'plates that came back', count(*), string_agg(DISTINCT format('{} {}', lab, organoid_id), ', ')
    FROM lab_plates
    UNION ALL SELECT 13, 'audit entries', count(*), NULL FROM audit
)
ORDER BY place
