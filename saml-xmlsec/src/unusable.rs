//! Why libxmlsec1 can't be asked.

/// libxmlsec1 can't be used in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unusable {
    /// The library that was loaded is not of the version whose headers were compiled in.
    #[error("libxmlsec1 is not of the version that this was built with")]
    AnotherVersion,
}
