//! The shop's own session: somebody with a basket, signed in or not. It outlives a sign-in.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{COOKIE, SET_COOKIE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder};
use saml_store::Token;

use super::Shop;

const COOKIE_NAME: &str = "shop=";

/// The form that the token against forged forms is made for.
const FORM: &str = "order form";

/// A visitor, by the cookie that the shop gave them.
pub struct Visitor {
    token: Option<Token>,
    is_new: bool,
}

impl FromRequest for Visitor {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let lines = request.headers().get_all(COOKIE).filter_map(|line| line.to_str().ok());
        let mut pairs = lines.flat_map(|line| line.split("; "));
        let known = pairs.find_map(|pair| pair.strip_prefix(COOKIE_NAME)).and_then(Token::received);
        let is_new = known.is_none();
        ready(Ok(Self { token: known.or_else(|| Token::random().ok()), is_new }))
    }
}

impl Visitor {
    /// The name of their basket.
    pub fn key(&self) -> String {
        self.token.as_ref().map(Token::key).unwrap_or_default()
    }

    /// The token that their forms carry.
    pub fn csrf_token(&self) -> String {
        self.token.as_ref().and_then(|token| token.proof_for(FORM).ok()).unwrap_or_default()
    }

    /// Whether a form is of a page that this visitor was shown.
    pub fn wrote(&self, csrf_token: &str) -> bool {
        !self.is_new && self.token.as_ref().is_some_and(|token| token.is_proof_for(FORM, csrf_token))
    }

    /// A page for this visitor, who gets a cookie if they have none.
    pub fn page(&self, shop: &Shop, content: &str) -> HttpResponse {
        let mut page = HttpResponse::Ok();
        if let (true, Some(token)) = (self.is_new, &self.token) {
            page.insert_header((SET_COOKIE, cookie(shop, token)));
        }
        html(page, content)
    }
}

fn cookie(shop: &Shop, token: &Token) -> String {
    let secure = if shop.sp.config().site.public_url.is_https() { "; Secure" } else { "" };
    format!("{COOKIE_NAME}{}; Path={}/; HttpOnly; SameSite=Lax{secure}", token.expose(), shop.base)
}

/// A page of the shop.
pub fn html(mut page: HttpResponseBuilder, content: &str) -> HttpResponse {
    page.content_type("text/html; charset=utf-8").insert_header(("cache-control", "no-store")).body(format!(
        "<!doctype html><html lang=\"en\"><head><title>Shop</title><link rel=\"icon\" href=\"data:,\"></head>\
         <body><main>{content}</main></body></html>"
    ))
}
