//! Handlers and routes, tested without an identity provider: `cargo test --example test_your_application`.

#![forbid(unsafe_code)]

use std::error::Error;

use actix_web::{HttpResponse, web};
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, require_sign_in};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let routes = |sp: &ServiceProvider, config: &mut web::ServiceConfig| {
        config.service(web::scope("").wrap(require_sign_in(sp)).configure(pages));
    };
    saml_examples::run(saml_examples::builder(saml_examples::loopback()?)?.build()?, routes).await
}

/// The pages, without the guard around them.
pub fn pages(config: &mut web::ServiceConfig) {
    config.route("/", web::get().to(hello));
}

async fn hello(user: SignedInUser) -> HttpResponse {
    HttpResponse::Ok().body(format!("Hello, {}", user.attribute("cn").unwrap_or("somebody")))
}

#[cfg(test)]
mod tests {
    use actix_web::dev::{Service as _, ServiceRequest};
    use actix_web::{App, test};
    use saml_sp::{EntityId, SamlInstant, Session, SessionAttribute};

    use super::*;

    /// A person as an identity provider would describe them.
    fn ada() -> SignedInUser {
        let now = SamlInstant::try_from("2026-11-20T12:00:00Z").expect("an instant");
        let idp = EntityId::try_from("https://idp.example.com").expect("a name");
        let mut session = Session::new(idp, now, now);
        session.attributes = vec![SessionAttribute::new("cn", ["Ada"])];
        SignedInUser::for_tests(session).expect("randomness")
    }

    /// A handler is a function.
    #[actix_web::test]
    async fn a_handler_greets_who_is_signed_in() {
        let answer = hello(ada()).await;
        let body = actix_web::body::to_bytes(answer.into_body()).await.expect("a body");
        assert_eq!(body, "Hello, Ada");
    }

    /// The routes, with a person put where the guard would put one.
    #[actix_web::test]
    async fn the_routes_greet_who_is_signed_in() {
        let app = App::new()
            .wrap_fn(|request: ServiceRequest, next| {
                ada().admit_for_tests(request.request());
                next.call(request)
            })
            .configure(pages);
        let app = test::init_service(app).await;
        let body = test::call_and_read_body(&app, test::TestRequest::get().to_request()).await;
        assert_eq!(body, "Hello, Ada");
    }
}
