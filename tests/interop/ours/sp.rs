//! Our service provider, and an application that shows its session.

use std::sync::Arc;

use actix_web::dev::Server;
use actix_web::{App, HttpRequest, HttpResponse, web};
use saml_core::assertion::{AuthnContextClassRef, NameIdFormat};
use saml_core::crypto::{PeerPolicy, Signer};
use saml_core::validation::SignatureDemand;
use saml_sp::web::{SignedInUser, optional_sign_in};
use saml_sp::{CookieSecurity, IdpPeer, IdpPeerPolicy, ServiceProvider, ServiceProviderConfig, StartLogin};
use serde_json::json;

use crate::case::{Case, Signed};
use crate::{Failure, Ground};

pub fn start(ground: &Ground, case: Case) -> Result<Server, Failure> {
    let mut config = ServiceProviderConfig::new(&ground.url)?;
    config.site.cookie_name = "ours-sp".to_owned();
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    config.default_return_to = "/session".to_owned();
    let policy = IdpPeerPolicy {
        permitted: PeerPolicy::relaxed(case.relaxations()?),
        signatures: match case.sign {
            Signed::Assertion => SignatureDemand::Assertion,
            Signed::Response => SignatureDemand::Response,
            Signed::Both => SignatureDemand::Both,
        },
        ..IdpPeerPolicy::default()
    };
    let partner = IdpPeer::from_metadata(case.partner.clone().into_bytes(), policy)?;
    let signer: Option<Arc<dyn Signer>> =
        if case.sign_request { Some(Arc::new(ground.signer("sp")?)) } else { None };
    let sp = ServiceProvider::builder(config)
        .identity_provider(partner)
        .decryption_keys([ground.decryption_key("enc")?])
        .store(ground.store.clone());
    let sp = match signer {
        Some(signer) => sp.signer(signer),
        None => sp,
    };
    let sp = sp.build()?;
    let case = web::Data::new(case);
    let app = move || {
        App::new()
            .configure(saml_sp::web::configure(sp.clone()))
            .app_data(case.clone())
            .app_data(web::Data::new(sp.clone()))
            .route("/login", web::get().to(login))
            .service(web::resource("/session").wrap(optional_sign_in(&sp)).route(web::get().to(session)))
    };
    let settings = saml_sp::web::ServerSettings { workers: 1, ..Default::default() };
    Ok(saml_sp::web::serve(app, ground.listener.try_clone()?, settings)?)
}

async fn login(case: web::Data<Case>, sp: web::Data<ServiceProvider>, request: HttpRequest) -> HttpResponse {
    let browser = saml_sp::web::browser(&sp, &request).unwrap();
    let start = StartLogin {
        force_authn: case.force,
        is_passive: case.passive,
        name_id_format: case.name_id.as_deref().map(NameIdFormat::from_uri),
        class_refs: case.authn_context.as_deref().map(AuthnContextClassRef::from_uri).into_iter().collect(),
        ..StartLogin::new(&browser)
    };
    saml_sp::web::start_login(&sp, &request, start).await
}

async fn session(user: Option<SignedInUser>) -> HttpResponse {
    HttpResponse::Ok().json(user.map(|user| {
        let attributes =
            user.attributes.iter().map(|attribute| (attribute.name.clone(), json!(attribute.values)));
        let name_id = user.name_id.as_ref();
        json!({
            "name_id": name_id.map(|name| &name.value),
            "format": name_id.and_then(|name| name.format.as_ref()).map(NameIdFormat::uri),
            "attributes": attributes.collect::<serde_json::Map<_, _>>(),
            "authn_context": user.authn_context.as_ref().map(AuthnContextClassRef::uri),
        })
    }))
}
