-- A row is one measured figure (screen.metrics.figure.Figure): the baseline of a paired difference and the stratum's kind
-- and name are columns of their own, where they were parts of the text in metric and stratum.
CREATE TABLE measured (
    evaluation_id VARCHAR NOT NULL,        -- content hash of the protocol's manifest, or the id of the model trained
    protocol      VARCHAR NOT NULL,        -- lines | patients | ...
    model         VARCHAR NOT NULL,
    metric        VARCHAR NOT NULL,        -- r_drug | rmse | ...
    baseline      VARCHAR,                 -- the value is the model's less this one's, paired; NULL: the model's own
    stratum_kind  VARCHAR NOT NULL,        -- all | lineage | pathway | drug | type | within-drug | ...
    stratum_name  VARCHAR,                 -- which lineage, pathway, ...; NULL where there is one of the kind
    indication    VARCHAR,                 -- NULL where it is not of one indication
    value         DOUBLE,                  -- NULL: not evaluable, see note
    low           DOUBLE,                  -- 95% interval
    high          DOUBLE,
    n             BIGINT NOT NULL,
    n_positive    BIGINT,
    note          VARCHAR
);
INSERT INTO measured
SELECT evaluation_id, protocol, model,
       CASE WHEN paired THEN regexp_extract(metric, '^(.*?)_less_', 1) ELSE metric END,
       CASE WHEN paired THEN regexp_extract(metric, '^.*?_less_(.*)$', 1) END,
       CASE WHEN part <> '' THEN part ELSE split_part(stratum, ':', 1) END,
       CASE WHEN part <> '' THEN stratum[: -len(part) - 2]
            WHEN contains(stratum, ':') THEN stratum[strpos(stratum, ':') + 1 :] END,
       indication, value, low, high, n, n_positive, note
FROM (
    SELECT *, contains(metric, '_less_') AND NOT suffix(metric, '_far_less_near') AS paired,
           regexp_extract(stratum, ' (seen lines|unseen lines|new drugs)$', 1) AS part
    FROM evaluations
);
DROP TABLE evaluations;
ALTER TABLE measured RENAME TO evaluations;
