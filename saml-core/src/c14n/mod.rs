//! Floor 3: canonical XML. May import `base` and `xml`.
