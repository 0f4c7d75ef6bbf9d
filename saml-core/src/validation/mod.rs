//! Floor 8: the rules of the profiles, one check per file. May import `base`, the types, `trust`, `bindings` and the crypto policy; never `xml` or `dsig`.
