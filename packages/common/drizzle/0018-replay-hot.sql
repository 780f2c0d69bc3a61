-- A send changes its item twice (claimed, sent). No index names what those changes touch, so both stay on the item's own page and write no
-- index: an item is live while it has no outcome, work is walked from where the last claim ended, and deadlines are asked of operations
-- that wait for proof. Pages are left more than half empty for those two versions.
ALTER TABLE operation_items SET (fillfactor = 40);
DROP INDEX operation_items_live;
CREATE UNIQUE INDEX operation_items_live ON operation_items (dead_letter_id) WHERE outcome IS NULL;
DROP INDEX operation_items_work;
CREATE INDEX operation_items_work ON operation_items (operation_id, topic, sequence, dead_letter_id);
DROP INDEX operation_items_deadline;
