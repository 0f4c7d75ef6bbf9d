//! The application behind each service provider: what its routes show.

use actix_web::HttpResponse;
use saml_sp::web::SignedInUser;

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

fn html(text: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(format!(
        "<!doctype html><html lang=\"en\"><head><title>App</title><link rel=\"icon\" href=\"data:,\"></head>\
         <body><main>{text}</main></body></html>"
    ))
}
