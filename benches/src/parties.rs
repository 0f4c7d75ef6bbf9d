//! Who talks in the benchmark documents, where and when.

/// The identity provider's name.
pub(crate) const IDP: &str = "https://idp.example.com/saml/metadata";
/// Our name.
pub(crate) const SP: &str = "https://sp.example.com/saml/metadata";
/// Our endpoint.
pub(crate) const ACS: &str = "https://sp.example.com/saml/acs";
/// The request that is answered.
pub(crate) const REQUEST: &str = "_4fee3b046395c4e751011e97f8900b5273d56685";
/// When everything happens.
pub(crate) const NOW: &str = "2026-11-20T12:00:00Z";
