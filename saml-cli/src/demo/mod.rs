//! An identity provider and two applications on one machine.

mod application;
pub mod pages;
mod topology;

use std::error::Error;

use clap::Args;

pub use topology::{Demo, PASSWORD, USER_NAME};

/// Options of `saml demo`.
#[derive(Args, Clone, Copy, Debug)]
pub struct DemoOptions {
    /// The identity provider's port; the applications take the two after it. 0 lets the system choose.
    #[arg(long, default_value_t = 8700)]
    pub port: u16,
}

/// Starts everything, says where to click, and serves until it is interrupted.
///
/// # Errors
/// A port is taken, or something could not be set up.
pub fn run(options: &DemoOptions) -> Result<(), Box<dyn Error + Send + Sync>> {
    actix_web::rt::System::new().block_on(async {
        let demo = Demo::start(options.port).await?;
        announce(&demo);
        demo.serve().await?;
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "the command's answer")]
fn announce(demo: &Demo) {
    println!();
    println!("  Single sign-on is running on this machine. Open");
    println!();
    println!("      {}      Orchard, an application", demo.orchard);
    println!("      {}      Harbour, another one", demo.harbour);
    println!();
    println!("  and sign in as  {USER_NAME}  with the password  {PASSWORD}");
    println!();
    println!("  The identity provider is at {}/saml/home", demo.identity_provider);
    println!("  Stop with Ctrl-C.");
    println!();
}
