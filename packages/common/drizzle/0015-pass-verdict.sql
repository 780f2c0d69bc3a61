-- A person's word on a pass that was held: publish its branch, or drop it. Everything else of the pass stays as planned.
ALTER TABLE run_passes ADD COLUMN verdict text CHECK (verdict IN ('release', 'discard'));
