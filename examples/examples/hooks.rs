//! The application hears of each login, has its own account for the person, and may say no:
//! `cargo run --example hooks -- idp.xml`.

#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::{HttpResponse, web};
use saml_examples::{escaped, page};
use saml_sp::web::{SignedInUser, require_sign_in};
use saml_sp::{HookError, Login, ServiceProvider, ServiceProviderBuilder, Session, SessionAttribute};

/// The name under which handlers find the number of the person's account.
pub const ACCOUNT: &str = "account";

/// The accounts of the application: one for each pair of identity provider and name there.
#[derive(Debug, Default)]
pub struct Accounts(Mutex<BTreeMap<(String, String), u32>>);

impl Accounts {
    /// The account of this person, who gets one at their first login.
    fn of(&self, idp: &str, name: &str) -> u32 {
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = u32::try_from(accounts.len()).unwrap_or(u32::MAX);
        *accounts.entry((idp.to_owned(), name.to_owned())).or_insert(next)
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let sp = with_hooks(saml_examples::builder(saml_examples::loopback()?)?).build()?;
    saml_examples::run(sp, routes).await
}

/// The service provider with what the application wants to do.
pub fn with_hooks(builder: ServiceProviderBuilder) -> ServiceProviderBuilder {
    let accounts = Arc::new(Accounts::default());
    builder
        // Everything was judged, and no session exists yet: five seconds to map, to enrich, or to refuse.
        .on_login(move |login| admit(Arc::clone(&accounts), login))
        .on_logout(|session: Session| async move {
            println_line(&format!("a session that began at {} is over", session.created_at));
            Ok(())
        })
        .on_refusal(|refused| async move {
            println_line(&format!("no login: {} ({})", refused.code, refused.correlation_id));
            Ok(())
        })
}

async fn admit(accounts: Arc<Accounts>, mut login: Login) -> Result<Login, HookError> {
    let Some(name) = login.session().name_id.clone() else {
        return Err(HookError::veto("no name"));
    };
    // The reason stands in the log; the person is told that the application does not let them in.
    if login.session().attribute("urn:oid:0.9.2342.19200300.100.1.3").is_none() {
        return Err(HookError::veto("no mail address"));
    }
    let account = accounts.of(login.session().idp.as_str(), &name.value);
    login.attributes_mut().push(SessionAttribute::new(ACCOUNT, [account.to_string()]));
    Ok(login)
}

/// Standard output may be closed; that is no reason to refuse anybody.
fn println_line(line: &str) {
    use std::io::Write as _;
    let _written = writeln!(std::io::stdout(), "{line}");
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    config.service(web::resource("/").wrap(require_sign_in(sp)).route(web::get().to(account)));
}

async fn account(user: SignedInUser) -> HttpResponse {
    page(&format!("account {}", escaped(user.attribute(ACCOUNT).unwrap_or("none"))))
}
