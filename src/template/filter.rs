//! Filters behind a macro: `upper`, `lower`, `mask`, `sha256`, `date(…)`.
