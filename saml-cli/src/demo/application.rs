//! One of the two applications: what an integrator would write, and a page to show for it.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::http::StatusCode;
use actix_web::{App, HttpResponse, web};
use saml_provider::web::reply::page;
use saml_sp::web::{ServerSettings, SignedInUser, optional_sign_in, serve as serve_bounded};
use saml_sp::{AuthnContextClassRef, NameIdFormat, ServiceProvider, Session, SessionNameId, Site};

use super::pages::{self, App as Brand, AttributeRow, LandingPage, SignedInPage};

#[derive(Clone)]
struct Application {
    brand: Brand,
    other: String,
}

/// Serves the application: the toolkit's endpoints, the pages, the files.
pub(super) fn serve(
    brand: Brand,
    sp: ServiceProvider,
    other: String,
    listener: TcpListener,
) -> std::io::Result<Server> {
    let application = Application { brand, other };
    let app = move || {
        App::new()
            .configure(saml_sp::web::configure(sp.clone()))
            .app_data(web::Data::new(application.clone()))
            .app_data(web::Data::new(sp.clone()))
            .service(web::resource("/").wrap(optional_sign_in(&sp)).route(web::get().to(home)))
            .route("/assets/{file}", web::get().to(asset))
    };
    serve_bounded(app, listener, ServerSettings { workers: 1, ..ServerSettings::default() })
}

async fn home(
    application: web::Data<Application>,
    sp: web::Data<ServiceProvider>,
    user: Option<SignedInUser>,
) -> HttpResponse {
    match user {
        Some(user) => match user.logout_token() {
            Ok(logout_token) => signed_in(&application, &sp.config().site, &user, &logout_token),
            Err(_unavailable) => HttpResponse::ServiceUnavailable().finish(),
        },
        None => {
            let sp = sp.snapshot();
            let idp = sp.identity_providers().only();
            page(
                StatusCode::OK,
                &LandingPage {
                    app: application.brand,
                    identity_provider: idp.as_ref().map_or("", |idp| idp.display_name()),
                    sign_in_href: &sp.site().path(saml_sp::config::LOGIN_PATH),
                    other_href: &application.other,
                },
            )
        }
    }
}

fn signed_in(application: &Application, site: &Site, session: &Session, logout_token: &str) -> HttpResponse {
    let values: Vec<Vec<&str>> = session
        .attributes
        .iter()
        .map(|attribute| attribute.values.iter().map(String::as_str).collect())
        .collect();
    let attributes: Vec<AttributeRow<'_>> = session
        .attributes
        .iter()
        .zip(&values)
        .map(|(attribute, values)| AttributeRow {
            name: &attribute.name,
            friendly_name: attribute.friendly_name.as_deref(),
            values,
        })
        .collect();
    let name_id = session.name_id.as_ref();
    let name = session.attribute("urn:oid:2.16.840.1.113730.3.1.241");
    let (authn_instant, end) = (session.authn_instant.to_string(), session.expires_at.to_string());
    let format = name_id.and_then(|name| name.format.as_ref());
    page(
        StatusCode::OK,
        &SignedInPage {
            app: application.brand,
            display_name: name.or_else(|| name_id.and_then(SessionNameId::readable)).unwrap_or("somebody"),
            session: pages::Session {
                name_id: name_id.map_or("", |name| &name.value),
                name_id_format: format.map_or("unspecified", NameIdFormat::uri),
                identity_provider: session.idp.as_str(),
                authn_instant: &authn_instant,
                authn_context: session
                    .authn_context
                    .as_ref()
                    .map_or("unspecified", AuthnContextClassRef::uri),
                session_index: session.session_index.as_deref(),
                session_not_on_or_after: Some(&end),
            },
            attributes: &attributes,
            checks: &[],
            logout_action: &site.path(saml_sp::config::LOGOUT_PATH),
            csrf_token: logout_token,
            other_href: &application.other,
        },
    )
}

async fn asset(file: web::Path<String>) -> HttpResponse {
    match pages::asset(&file) {
        Some(asset) => HttpResponse::Ok()
            .insert_header(("cache-control", saml_sp::web::pages::ASSET_CACHE_CONTROL))
            .insert_header(("x-content-type-options", "nosniff"))
            .content_type(asset.content_type)
            .body(asset.body),
        None => HttpResponse::NotFound().finish(),
    }
}
