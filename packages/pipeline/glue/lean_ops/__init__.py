"""The Spark jobs of the pipeline: RAW → curated → semantic. Shipped to Glue as one zip."""
