//! What the handlers of both roles share: the only place of this crate that knows the web framework.
