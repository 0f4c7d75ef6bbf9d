//! Floor 2: strict XML. May import `base`.
