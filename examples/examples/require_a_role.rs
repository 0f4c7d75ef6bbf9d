//! Pages for people of some role, and one for people who proved more than a password:
//! `cargo run --example require_a_role -- idp.xml`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_examples::page;
use saml_sp::web::{SignedInUser, require_sign_in};
use saml_sp::{AuthnContextClassRef, ServiceProvider};

/// `eduPersonAffiliation`. What stands in it is what the identity provider says: agree with it on the values.
const AFFILIATION: &str = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1";

/// Two factors, as REFEDS names them.
const TWO_FACTORS: &str = "https://refeds.org/profile/mfa";

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The application's own pages.
pub fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let staff = require_sign_in(sp).having(AFFILIATION, ["staff", "faculty"]);
    // Several calls are all to be met.
    let board = require_sign_in(sp).having(AFFILIATION, ["staff"]).having(AFFILIATION, ["board"]);
    // Who signed in in another way is asked to do it again, in this one.
    let payroll = require_sign_in(sp).authenticated_by([AuthnContextClassRef::from_uri(TWO_FACTORS)]);
    config
        .service(web::scope("/staff").wrap(staff).route("", web::get().to(async || page("For staff"))))
        .service(web::scope("/board").wrap(board).route("", web::get().to(async || page("For the board"))))
        .service(web::scope("/payroll").wrap(payroll).route("", web::get().to(async || page("Payroll"))))
        .service(web::resource("/").wrap(require_sign_in(sp)).route(web::get().to(start)));
}

/// A handler may decide for itself, too.
async fn start(user: SignedInUser) -> HttpResponse {
    let is_staff = user.attribute_values(AFFILIATION).any(|value| value == "staff");
    page(if is_staff { "Hello, colleague" } else { "Hello, guest" })
}
