//! The two demonstration applications behind one identity provider; may import every crate of the workspace.

pub(crate) mod pages;
