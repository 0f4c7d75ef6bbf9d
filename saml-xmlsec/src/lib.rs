//! A second opinion on XML signatures, by libxmlsec1.
//!
//! What `saml-core` verified is verified again by an implementation that shares no line of code with it, over a tree
//! that libxml2 parsed. [`LibXmlSec`] can only refuse: give it to the policy of a peer, and both must agree.
//!
//! ```
//! # fn main() -> Result<(), saml_xmlsec::Unusable> {
//! use saml_core::crypto::PeerPolicy;
//! use saml_xmlsec::LibXmlSec;
//! use std::sync::Arc;
//!
//! let policy = PeerPolicy::default().cross_checked_by(Arc::new(LibXmlSec::new()?));
//! # assert!(policy.second_opinion().is_some());
//! # Ok(())
//! # }
//! ```

mod context;
mod library;
mod tree;
mod unusable;

pub use library::LibXmlSec;
pub use unusable::Unusable;
