-- RNA-seq or array, where the unit, the file's name or the user says so; NULL where nothing does.
ALTER TABLE expression ADD COLUMN platform VARCHAR;
