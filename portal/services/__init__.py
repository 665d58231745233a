"""Use cases: one function each, one transaction each; they take frozen answers and know no form and no request."""
