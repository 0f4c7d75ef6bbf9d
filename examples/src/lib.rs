//! Small programs, one per task: see the `examples` targets of this package.

#![forbid(unsafe_code)]
