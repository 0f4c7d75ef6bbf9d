//! The parts that were added for SAML: accounts, roles, and signing out.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use saml_sp::config::{LOGOUT_PATH, LOGOUT_RETURN_TO_FIELD, LOGOUT_TOKEN_FIELD};
use saml_sp::web::SignedInUser;
use saml_sp::{HookError, Login, ServiceProviderBuilder, SessionAttribute};

use super::Shop;

/// `eduPersonAffiliation`.
pub const AFFILIATION: &str = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1";

/// The attribute under which the shop keeps the number of the account.
const ACCOUNT: &str = "account";

/// Gives each person an account at their first sign-in, and lets nobody in who is nobody's.
pub fn with_hooks(builder: ServiceProviderBuilder) -> ServiceProviderBuilder {
    let accounts: Arc<Mutex<HashMap<(String, String), usize>>> = Arc::default();
    builder.on_login(move |mut login: Login| {
        let accounts = Arc::clone(&accounts);
        async move {
            let session = login.session();
            if session.attribute(AFFILIATION).is_none() {
                return Err(HookError::veto("no affiliation"));
            }
            let name = session.name_id.as_ref().map(|name| name.value.clone()).unwrap_or_default();
            let whole = (session.idp.to_string(), name);
            let account = {
                let mut accounts = accounts.lock().unwrap_or_else(PoisonError::into_inner);
                let next = accounts.len();
                *accounts.entry(whole).or_insert(next)
            };
            login.attributes_mut().push(SessionAttribute::new(ACCOUNT, [account.to_string()]));
            Ok(login)
        }
    })
}

/// The number of the account of this person.
pub fn account(user: &SignedInUser) -> &str {
    user.attribute(ACCOUNT).unwrap_or("none")
}

/// The button that ends the session, and leads to the start page.
pub fn sign_out_form(shop: &Shop, user: &SignedInUser) -> String {
    let token = user.logout_token().unwrap_or_default();
    format!(
        "<form id=\"sign-out\" method=\"post\" action=\"{}\"><input type=\"hidden\" name=\"{LOGOUT_TOKEN_FIELD}\" \
         value=\"{token}\"><input type=\"hidden\" name=\"{LOGOUT_RETURN_TO_FIELD}\" value=\"{}/\"><button>Sign \
         out</button></form>",
        shop.sp.config().site.path(LOGOUT_PATH),
        shop.base
    )
}
