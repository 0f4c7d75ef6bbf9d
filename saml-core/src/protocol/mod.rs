//! Floor 5: the types of the SAML protocol schema. May import `base`, `xml`, `assertion` and the data types of `dsig` and `enc`.
