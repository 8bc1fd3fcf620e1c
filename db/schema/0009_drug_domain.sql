-- How near a scored drug is to those the model was trained with; NULL for a drug left out, or where none of them is known any more.
ALTER TABLE run_drugs ADD COLUMN nearest_trained VARCHAR;  -- drug_id of the most similar structure
ALTER TABLE run_drugs ADD COLUMN similarity FLOAT;         -- Tanimoto to it, 0..1
ALTER TABLE run_drugs ADD COLUMN shared_target BOOLEAN;    -- some trained drug has a known target in common
ALTER TABLE run_drugs ADD COLUMN inside_domain BOOLEAN;    -- similar in structure, or a target in common
