"""What a report says: records made from the store, one module a section."""
