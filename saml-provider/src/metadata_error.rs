//! Why our own metadata can't be written.

use saml_core::base::{Coded, VerdictCode};
use saml_core::xml::WriteError;

/// Our metadata can't be written: the settings hold characters that XML can't.
#[derive(Debug, thiserror::Error)]
#[error("the metadata can't be written: {0}")]
pub struct MetadataError(#[from] WriteError);

impl Coded for MetadataError {
    fn code(&self) -> VerdictCode {
        self.0.code()
    }

    fn expected(&self) -> Option<String> {
        self.0.expected()
    }

    fn found(&self) -> Option<String> {
        self.0.found()
    }
}
