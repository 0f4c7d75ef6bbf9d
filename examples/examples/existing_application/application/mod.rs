//! The shop. What came with SAML stands in `sign_in` and in the guards of [`routes`]; everything else is as it was.

mod events;
mod pages;
mod sign_in;
mod visitor;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use actix_web::guard::{Guard, fn_guard};
use actix_web::http::header::HOST;
use actix_web::web;
use saml_sp::web::{optional_sign_in, require_sign_in};
use saml_sp::{ProxyPath, ServiceProvider};
pub use sign_in::with_hooks;

/// The shop of one tenant.
pub struct Shop {
    sp: ServiceProvider,
    /// The path before all of its paths, as browsers see it.
    base: String,
    /// The things in the baskets of its visitors, by the key of their token.
    baskets: Mutex<HashMap<String, Vec<String>>>,
}

impl Shop {
    /// The shop of the tenant with this service provider.
    pub fn of(sp: ServiceProvider) -> web::Data<Self> {
        let base = sp.config().site.public_url.path().to_owned();
        web::Data::new(Self { sp, base, baskets: Mutex::default() })
    }

    /// The goods in the basket of this visitor.
    fn basket(&self, visitor: &str) -> Vec<String> {
        let baskets = self.baskets.lock().unwrap_or_else(PoisonError::into_inner);
        baskets.get(visitor).cloned().unwrap_or_default()
    }

    /// Puts a thing there.
    fn put(&self, visitor: &str, thing: String) {
        let mut baskets = self.baskets.lock().unwrap_or_else(PoisonError::into_inner);
        baskets.entry(visitor.to_owned()).or_default().push(thing);
    }
}

/// Requests for this host and port; the framework's own guard doesn't look at the port.
fn host(authority: String) -> impl Guard {
    fn_guard(move |context| {
        let named = context.head().headers().get(HOST).and_then(|named| named.to_str().ok());
        named.is_some_and(|named| named.eq_ignore_ascii_case(&authority))
    })
}

/// The routes of all shops: each below the path, and on the host, of its tenant.
pub fn routes(shops: &[web::Data<Shop>], config: &mut web::ServiceConfig) {
    for shop in shops {
        let (sp, site) = (&shop.sp, shop.sp.config().site);
        let inside = match site.proxy_path {
            ProxyPath::Kept => shop.base.as_str(),
            ProxyPath::TakenAway => "",
        };
        let office = require_sign_in(sp).having(sign_in::AFFILIATION, ["staff"]);
        let board = require_sign_in(sp).having(sign_in::AFFILIATION, ["board"]);
        config.service(
            web::scope(inside)
                .guard(host(site.public_url.authority().to_owned()))
                .app_data(web::Data::clone(shop))
                .service(web::resource("/").wrap(optional_sign_in(sp)).route(web::get().to(pages::start)))
                .service(
                    web::resource("/orders")
                        .wrap(require_sign_in(sp).keeping_forms())
                        .route(web::get().to(pages::orders))
                        .route(web::post().to(pages::order)),
                )
                .service(
                    web::scope("/api")
                        .wrap(require_sign_in(sp).or_401())
                        .route("/basket", web::get().to(pages::basket))
                        .route("/events", web::get().to(events::events)),
                )
                .service(web::resource("/office").wrap(office).route(web::get().to(pages::office)))
                .service(web::resource("/board").wrap(board).route(web::get().to(pages::office))),
        );
    }
}
