-- What a model predicted for cell lines, drugs or both that its fold did not learn from: one row a pair tested.
CREATE TABLE predictions (
    evaluation_id VARCHAR NOT NULL,
    protocol      VARCHAR NOT NULL,        -- lines | drugs | lineages | ...
    model         VARCHAR NOT NULL,
    fold          VARCHAR NOT NULL,
    cell_line_id  VARCHAR NOT NULL,
    drug_id       VARCHAR NOT NULL,
    predicted     FLOAT NOT NULL,          -- on the scale of the response
    spread        FLOAT,                   -- the model's own standard deviation; NULL where it has none
    measured      FLOAT                    -- NULL: not measured
);
