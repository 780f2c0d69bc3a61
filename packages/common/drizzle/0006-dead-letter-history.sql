-- The history of one message asks for its items across all operations.
CREATE INDEX operation_items_letter ON operation_items (dead_letter_id, operation_id);
