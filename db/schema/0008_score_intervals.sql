-- 90% interval of the score, measured on cell lines the model never saw; NULL where the model keeps no widths.
ALTER TABLE scores ADD COLUMN score_low FLOAT;
ALTER TABLE scores ADD COLUMN score_high FLOAT;
