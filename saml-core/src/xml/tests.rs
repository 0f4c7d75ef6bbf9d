//! The rules of this floor, one topic per file.

mod smoke;
