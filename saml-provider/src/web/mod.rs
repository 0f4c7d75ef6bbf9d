//! What the actix-web handlers of both roles share: the only place of this crate that knows of HTTP.

mod asked;
pub mod body;
pub mod clock;
pub mod cookie;
pub mod document;
pub mod endpoint;
mod look;
pub mod mount;
pub mod operation;
pub mod pages;
mod problem;
pub mod reply;
pub mod route;
mod server;

pub use asked::{Asked, HasSite};
pub use look::{ASSETS_PATH, Look};
pub use mount::{Mount, MountError, together};
pub use operation::{Operated, STORE_DEADLINE, operation};
pub use problem::problem;
pub use server::{
    CONNECTIONS, CONNECTIONS_OF_A_CLIENT, ConnectedBy, HEAD_DEADLINE, ServerSettings, StoppedBy,
    WRITE_DEADLINE, WRITE_PROGRESS_OCTETS, serve,
};
