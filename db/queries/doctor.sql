-- One row a check: what was found, whether it needs care, and the remedy.
SELECT 'gene names' AS check_name, format('{} aliases', count(*)) AS found, count(*) = 0 AS bad,
       'ingest an HGNC table, so that aliases and Ensembl ids are matched; where it is published: crescreen sources' AS remedy
FROM gene_aliases
UNION ALL
SELECT 'cell lines', format('{} with expression, {} of them without a lineage', count(DISTINCT e.subject_id),
                            count(DISTINCT e.subject_id) FILTER (c.lineage IS NULL)),
       count(DISTINCT e.subject_id) FILTER (c.lineage IS NULL) > 0 OR count(*) = 0,
       'ingest the DepMap Model.csv and an expression matrix of cell lines; where they are published: crescreen sources'
FROM expression e LEFT JOIN cell_lines c ON c.cell_line_id = e.subject_id
WHERE e.domain = 'cell_line'
UNION ALL
SELECT 'patients', format('{} with expression, {} of them without an indication', count(DISTINCT e.subject_id),
                          count(DISTINCT e.subject_id) FILTER (p.indication IS NULL)),
       count(DISTINCT e.subject_id) FILTER (p.indication IS NULL) > 0 OR count(*) = 0,
       'declare it with --indication, or ingest a clinical table'
FROM expression e LEFT JOIN patients p ON p.patient_id = e.subject_id
WHERE e.domain = 'patient'
UNION ALL
SELECT 'drugs', format('{} screened, {} of them without a structure', count(*), count(*) FILTER (smiles IS NULL)),
       count(*) FILTER (smiles IS NULL) > 0 OR count(*) = 0,
       'ingest a drug table with SMILES; drugs without a structure are listed, not scored; '
       || 'structures that could not be read: crescreen export problems --out problems.csv'
FROM drugs WHERE screened
UNION ALL
SELECT 'drug encoder', coalesce(max(name), 'the packaged toy encoder'), count(*) = 0,
       'ingest a published graph-encoder checkpoint (.pth); where it is published: crescreen sources'
FROM drug_encoders
UNION ALL
SELECT 'structures in conflict', format('{} names with several structures', count(*)), count(*) > 0,
       'they are listed by: crescreen export conflicts --out conflicts.csv'
FROM drug_conflicts
UNION ALL
SELECT 'evidence', format('{} linked records; {} names or conditions found no home',
                          (SELECT count(*) FROM evidence), count(*)), count(*) > 0,
       'they are listed by: crescreen export unlinked --out unlinked.csv'
FROM unlinked
