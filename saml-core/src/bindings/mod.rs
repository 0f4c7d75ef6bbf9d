//! Floor 7: how messages travel. May import the floors below.
