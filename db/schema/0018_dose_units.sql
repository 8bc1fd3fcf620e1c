-- A plate may hold drugs of known and of relative doses: the lab names the top dose of some.
ALTER TABLE lab_wells ADD COLUMN dose_unit VARCHAR;   -- uM | relative; NULL: the plate's
