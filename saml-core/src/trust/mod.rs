//! Floor 6: the verified boundary, the only place where `Verified` is made. May import the floors below.
