"""A topic built anew from RAW beside its tables, to be compared with them or to take their place."""
