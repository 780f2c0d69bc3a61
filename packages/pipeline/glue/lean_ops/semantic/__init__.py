"""The contract's judgement as Spark SQL, and the pass that fills the semantic tables."""
