//! The pages of the shop.

use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Form, Query};
use actix_web::{HttpResponse, Responder};
use saml_sp::web::SignedInUser;
use serde_json::json;

use super::Shop;
use super::sign_in::{account, sign_out_form};
use super::visitor::{Visitor, html};

type Fields = Vec<(String, String)>;

/// For everybody.
pub async fn start(visitor: Visitor, user: Option<SignedInUser>, shop: Data<Shop>) -> impl Responder {
    let things = shop.basket(&visitor.key()).len();
    let greeting = match &user {
        None => "Welcome, stranger.".to_owned(),
        Some(user) => format!("Welcome, account {}. {}", account(user), sign_out_form(&shop, user)),
    };
    let link = format!("<a href=\"{}/orders?page=2\">Orders</a>", shop.base);
    visitor.page(&shop, &format!("{greeting} {link} Things in the basket: {things}."))
}

/// The orders of a person, and a form for more.
pub async fn orders(
    visitor: Visitor,
    user: SignedInUser,
    query: Query<Fields>,
    shop: Data<Shop>,
) -> impl Responder {
    let page = value(&query, "page");
    let things: String =
        shop.basket(&visitor.key()).iter().map(|thing| format!("<li>{}</li>", escaped(thing))).collect();
    let content = format!(
        "<p>Page {} of account {}</p><ul>{things}</ul><form id=\"order\" method=\"post\" \
         action=\"{}/orders?page={}\"><input type=\"hidden\" name=\"csrf\" value=\"{}\"><input \
         name=\"thing\"><button>Order</button></form>{}",
        escaped(page),
        escaped(account(&user)),
        shop.base,
        escaped(page),
        visitor.csrf_token(),
        sign_out_form(&shop, &user)
    );
    visitor.page(&shop, &content)
}

/// Takes an order, if it is of a form that this visitor was shown.
pub async fn order(
    visitor: Visitor,
    _user: SignedInUser,
    query: Query<Fields>,
    form: Form<Fields>,
    shop: Data<Shop>,
) -> impl Responder {
    if !visitor.wrote(value(&form, "csrf")) {
        return html(HttpResponse::Forbidden(), "This form is not ours.");
    }
    shop.put(&visitor.key(), value(&form, "thing").to_owned());
    let page: u32 = value(&query, "page").parse().unwrap_or(1);
    let orders = format!("{}/orders?page={page}", shop.base);
    HttpResponse::SeeOther().insert_header((LOCATION, orders)).finish()
}

/// The basket, for the scripts of the shop.
pub async fn basket(visitor: Visitor, user: SignedInUser, shop: Data<Shop>) -> impl Responder {
    HttpResponse::Ok().json(json!({ "account": account(&user), "things": shop.basket(&visitor.key()) }))
}

/// For people of some role.
pub async fn office(visitor: Visitor, shop: Data<Shop>) -> impl Responder {
    visitor.page(&shop, "The office")
}

fn value<'f>(fields: &'f Fields, name: &str) -> &'f str {
    fields.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
