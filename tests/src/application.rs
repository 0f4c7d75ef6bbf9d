//! The application behind each service provider: what its routes show.

use actix_web::{HttpRequest, HttpResponse, web};
use saml_core::assertion::AuthnContextClassRef;
use saml_sp::ServiceProvider;
use saml_sp::web::{SignedInUser, optional_sign_in, require_sign_in};

/// The pages of an application.
pub type Routes = fn(&ServiceProvider, &mut web::ServiceConfig);

/// `eduPersonAffiliation`.
const AFFILIATION: &str = "urn:oid:1.3.6.1.4.1.5923.1.1.1.1";
/// A way to authenticate that nobody here has.
const TOKEN: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken";

/// The pages of an application that a plan says nothing else about.
pub(crate) fn routes(sp: &ServiceProvider, config: &mut web::ServiceConfig) {
    let closed = |path: &str, guard| web::resource(path).wrap(guard).route(web::get().to(private));
    config
        .route("/", web::get().to(public))
        .service(web::resource("/optional").wrap(optional_sign_in(sp)).route(web::get().to(optional)))
        .service(closed("/api", require_sign_in(sp).or_401()))
        .service(closed("/staff", require_sign_in(sp).having(AFFILIATION, ["staff"])))
        .service(closed("/board", require_sign_in(sp).having(AFFILIATION, ["board"])))
        .service(closed(
            "/vault",
            require_sign_in(sp).authenticated_by([AuthnContextClassRef::from_uri(TOKEN)]),
        ))
        .route("/no-guard", web::get().to(private))
        .service(
            web::resource("/orders")
                .wrap(require_sign_in(sp).keeping_forms())
                .route(web::get().to(order_form))
                .route(web::post().to(order)),
        )
        .service(
            web::scope("")
                .wrap(require_sign_in(sp))
                .route("/sign-out", web::get().to(sign_out))
                .route("/private", web::get().to(private))
                .route("/private", web::post().to(private)),
        );
}

pub(crate) async fn public() -> HttpResponse {
    html("a public page")
}

pub(crate) async fn optional(user: Option<SignedInUser>) -> HttpResponse {
    html(if user.is_some() { "somebody" } else { "nobody" })
}

/// The application's own button.
pub(crate) async fn sign_out(user: SignedInUser) -> HttpResponse {
    let token = user.logout_token().unwrap();
    html(&format!(
        "<form method=\"post\" action=\"/saml/logout\">\
         <input type=\"hidden\" name=\"csrf_token\" value=\"{token}\"><button>Sign out</button></form>"
    ))
}

/// Who is signed in, as text that tests look for.
pub(crate) async fn private(user: SignedInUser) -> HttpResponse {
    let name = user.name_id.as_ref().map_or("", |name| name.value.as_str());
    let shown = user.attribute("urn:oid:2.16.840.1.113730.3.1.241").unwrap_or("a person");
    html(&format!("signed in: {shown} ({name}) by {}", user.idp))
}

/// A form that is kept if the session is gone when it is posted.
async fn order_form(_user: SignedInUser) -> HttpResponse {
    html(
        "<form method=\"post\" action=\"/orders?page=2\"><input name=\"subject\"><textarea name=\"note\"></textarea>\
         <button>Order</button></form>",
    )
}

/// What was posted there, octet for octet.
async fn order(user: SignedInUser, request: HttpRequest, form: String) -> HttpResponse {
    let name = user.attribute("urn:oid:2.16.840.1.113730.3.1.241").unwrap_or("a person");
    html(&format!(
        "ordered by {name}: {}?{} [{}]",
        request.path(),
        request.query_string(),
        form.replace('&', "&amp;")
    ))
}

fn html(text: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=\"en\"><head><title>App</title><link rel=\"icon\" href=\"data:,\"></head>\
         <body><main>{text}</main></body></html>"
    ))
}
