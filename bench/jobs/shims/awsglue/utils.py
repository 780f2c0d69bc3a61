"""Stands in for Glue's module of this name, which exists on Glue alone."""


def getResolvedOptions(argv, names):
    return {name: argv[argv.index(f"--{name}") + 1] for name in names}
