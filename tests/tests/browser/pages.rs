//! The pages that nothing else shows.
