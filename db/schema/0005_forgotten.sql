-- Patients erased at their request: SHA-256 of the pseudonym, so that a later file does not bring them back.
CREATE TABLE forgotten (
    digest VARCHAR PRIMARY KEY
);
