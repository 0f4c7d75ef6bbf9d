//! An identity provider and two applications on one machine.

mod application;
pub mod pages;
mod topology;

use std::error::Error;

use clap::Args;
use serde_json::json;

use crate::answer::CommandError;
use crate::screen;

pub use topology::{Demo, PASSWORD, USER_NAME};

/// Options of `saml demo`.
#[derive(Args, Clone, Copy, Debug)]
pub struct DemoOptions {
    /// The identity provider's port; the applications take the two after it. 0 lets the system choose.
    #[arg(long, default_value_t = 8700)]
    pub port: u16,
    /// Print JSON in place of text for people.
    #[arg(long)]
    pub json: bool,
}

/// Starts everything, says where to click, and serves until it is interrupted.
///
/// # Errors
/// A port is taken, or something could not be set up.
pub fn run(options: &DemoOptions) -> Result<(), Box<dyn Error + Send + Sync>> {
    actix_web::rt::System::new().block_on(async {
        let demo = Demo::start(options.port).await?;
        announce(&demo, options.json)?;
        demo.serve().await?;
        Ok(())
    })
}

fn announce(demo: &Demo, json: bool) -> Result<(), CommandError> {
    let Demo { identity_provider, orchard, harbour, .. } = demo;
    let home = format!("{identity_provider}/saml/home");
    if json {
        return screen::print_json(&json!({
            "identityProvider": home,
            "orchard": orchard,
            "harbour": harbour,
            "userName": USER_NAME,
            "password": PASSWORD,
        }));
    }
    screen::print(&format!(
        "
  Single sign-on is running on this machine. Open

      {orchard}      Orchard, an application
      {harbour}      Harbour, another one

  and sign in as  {USER_NAME}  with the password  {PASSWORD}

  The identity provider is at {home}
  Stop with Ctrl-C.

"
    ))
}
