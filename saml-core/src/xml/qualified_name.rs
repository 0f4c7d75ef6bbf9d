//! Floor 2: names and namespace bindings. Imports nothing of this crate.

use std::fmt;
use std::sync::Arc;

/// A name as XML Namespaces compares it: a namespace URI (empty for none) and a local part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExpandedName<'a> {
    /// The namespace URI; empty for a name in no namespace.
    pub namespace: &'a str,
    /// The local part.
    pub local: &'a str,
}

impl<'a> ExpandedName<'a> {
    /// Joins a namespace URI and a local part. Neither of them is checked.
    #[must_use]
    pub const fn new(namespace: &'a str, local: &'a str) -> Self {
        Self { namespace, local }
    }

    /// A copy that owns its text, for one name: the names of a tree share their namespaces.
    #[must_use]
    pub fn to_owned_name(self) -> OwnedName {
        OwnedName { namespace: self.namespace.into(), local: self.local.to_owned() }
    }
}

impl fmt::Display for ExpandedName<'_> {
    /// `{namespace}local`, or `local` alone for a name in no namespace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.namespace.is_empty() {
            f.write_str(self.local)
        } else {
            write!(f, "{{{}}}{}", self.namespace, self.local)
        }
    }
}

impl fmt::Debug for ExpandedName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// A name as it is written: an [`ExpandedName`] and the prefix that stands for its namespace (empty for none).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct QName<'a> {
    /// The prefix; empty for none.
    pub prefix: &'a str,
    /// What the name means.
    pub name: ExpandedName<'a>,
}

impl<'a> QName<'a> {
    /// Joins a prefix, a namespace URI and a local part. None of them is checked here; the [`Writer`](super::Writer)
    /// checks them.
    #[must_use]
    pub const fn new(prefix: &'a str, namespace: &'a str, local: &'a str) -> Self {
        Self { prefix, name: ExpandedName::new(namespace, local) }
    }
}

impl<'a> From<QName<'a>> for ExpandedName<'a> {
    fn from(name: QName<'a>) -> Self {
        name.name
    }
}

/// An [`ExpandedName`] that owns its text.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OwnedName {
    /// The namespace URI; empty for a name in no namespace.
    pub namespace: Arc<str>,
    /// The local part.
    pub local: String,
}

impl OwnedName {
    /// The borrowed form.
    #[must_use]
    pub fn as_name(&self) -> ExpandedName<'_> {
        ExpandedName { namespace: &self.namespace, local: &self.local }
    }
}

impl From<ExpandedName<'_>> for OwnedName {
    fn from(name: ExpandedName<'_>) -> Self {
        name.to_owned_name()
    }
}

impl fmt::Display for OwnedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.as_name(), f)
    }
}

/// A prefix bound to a namespace, outside any document.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NamespaceBinding {
    /// The prefix; empty for the default namespace.
    pub prefix: String,
    /// The namespace URI.
    pub uri: Arc<str>,
}

/// A namespace declaration as it stands on an element.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NamespaceDeclaration<'d> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'d str,
    /// The namespace URI; empty where the default namespace is undeclared.
    pub uri: &'d str,
}
