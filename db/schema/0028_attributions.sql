-- Genes that the models of a run of crescreen resistance rest on, the first of each drug and model.
CREATE TABLE resistance_attributions (
    resistance_id    VARCHAR NOT NULL,
    drug_id          VARCHAR NOT NULL,
    drug_name        VARCHAR NOT NULL,
    model            VARCHAR NOT NULL,
    gene             VARCHAR NOT NULL,
    rank             INTEGER NOT NULL,        -- by share, 1 is the first
    share            DOUBLE NOT NULL,         -- of all attribution, mean over refits
    direction        INTEGER NOT NULL,        -- 1: more of the gene goes with resistance; -1: with sensitivity
    again            DOUBLE NOT NULL,         -- share of the refits in which the gene is among the first 50, same direction
    refit_correlation            DOUBLE,                  -- of the drug and model: rank correlation of two refits
    association      DOUBLE,                  -- partial correlation with the response of cell lines; above 0: resistance
    association_q    DOUBLE,
    association_rank INTEGER NOT NULL
);
