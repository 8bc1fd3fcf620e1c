-- Alterations: a row a sample, kind and file. Genes that were looked at and are not altered need no entry: which genes
-- were looked at stands in the two tables below. A gene that is in neither is unknown, never wild type.
CREATE TABLE alterations (
    source_id  VARCHAR NOT NULL,
    domain     VARCHAR NOT NULL CHECK (domain IN ('cell_line', 'patient')),
    subject_id VARCHAR NOT NULL,     -- patient id; of a cell line what the file calls it: DepMap, Sanger, COSMIC id or name
    sample_id  VARCHAR NOT NULL,     -- as in the file
    dataset    VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,     -- mutation | copy_number | fusion | methylation | msi
    scale      VARCHAR NOT NULL,     -- see screen.alterations.SCALES
    genes      VARCHAR[] NOT NULL,   -- as the file names them; a fusion stands under each of its genes
    levels     FLOAT[] NOT NULL,     -- one a gene; 0: looked at and not altered
    details    VARCHAR[]             -- one a gene: protein change, partner; NULL where the file tells none
);

-- Lists of genes that were looked at: of a panel, of a published table, of a matrix.
CREATE TABLE gene_lists (
    source_id     VARCHAR NOT NULL,
    list_name     VARCHAR NOT NULL,
    kind          VARCHAR,           -- kind of alteration it is of; NULL: whichever a sample says
    basis         VARCHAR NOT NULL,  -- what it stands on, in words
    gene_order_id VARCHAR NOT NULL
);

-- Which list a sample was looked at with.
CREATE TABLE covered_samples (
    source_id  VARCHAR NOT NULL,
    domain     VARCHAR NOT NULL CHECK (domain IN ('cell_line', 'patient')),
    subject_id VARCHAR NOT NULL,
    sample_id  VARCHAR NOT NULL,
    kind       VARCHAR NOT NULL,
    list_name  VARCHAR NOT NULL,     -- 'exome': every gene
    missing    VARCHAR[]             -- genes of the list without a value in this sample
);

-- Cell lines under their DepMap id where any file tells it.
CREATE VIEW line_names AS
SELECT named.subject_id, coalesce(k.cell_line_id, n.cell_line_id, named.subject_id) AS subject
FROM (SELECT subject_id FROM alterations WHERE domain = 'cell_line'
      UNION SELECT subject_id FROM covered_samples WHERE domain = 'cell_line') named
LEFT JOIN cell_line_keys k ON k.key = named.subject_id
LEFT JOIN cell_line_keys n ON k.key IS NULL AND n.key = regexp_replace(upper(named.subject_id), '[^A-Z0-9]', '', 'g');

CREATE VIEW alteration_calls AS
SELECT a.* EXCLUDE (subject_id), coalesce(l.subject, a.subject_id) AS subject
FROM alterations a LEFT JOIN line_names l ON a.domain = 'cell_line' AND l.subject_id = a.subject_id;

-- The later of two lists of one name holds.
CREATE VIEW alteration_coverage AS
WITH lists AS (
    SELECT g.* FROM gene_lists g LEFT JOIN source_files f USING (source_id)
    QUALIFY row_number() OVER (PARTITION BY g.list_name, g.kind ORDER BY f.ingested DESC NULLS LAST, g.source_id) = 1
)
SELECT c.source_id, c.domain, coalesce(l.subject, c.subject_id) AS subject, c.sample_id, c.kind, c.list_name, c.missing,
       CASE WHEN c.list_name = 'exome' THEN 'whole exome, as declared' ELSE g.basis END AS basis, g.gene_order_id
FROM covered_samples c
LEFT JOIN line_names l ON c.domain = 'cell_line' AND l.subject_id = c.subject_id
LEFT JOIN lists g ON g.list_name = c.list_name AND (g.kind IS NULL OR g.kind = c.kind);
