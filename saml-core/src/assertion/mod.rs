//! Floor 5: the types of the SAML assertion schema. May import `base`, `xml` and the data types of `dsig` and `enc`.
