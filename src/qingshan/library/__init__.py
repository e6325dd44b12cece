"""The law as YAML, read into the types of the engines. No number of law stands anywhere else."""
