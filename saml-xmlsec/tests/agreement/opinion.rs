//! The other implementation itself.

use std::sync::Arc;

use saml_core::crypto::SecondOpinion;
use saml_xmlsec::LibXmlSec;

pub(crate) fn libxmlsec() -> Arc<dyn SecondOpinion> {
    Arc::new(LibXmlSec::new().unwrap())
}

#[test]
fn names_itself_with_the_version_that_is_loaded() {
    let other = libxmlsec();
    let version = other.name().strip_prefix("libxmlsec1 ").unwrap();
    assert_eq!(version.split('.').filter(|part| part.parse::<u32>().is_ok()).count(), 3, "{version}");
}
