//! Our identity provider, with one person who may sign in.

use std::sync::Arc;

use actix_web::App;
use actix_web::dev::Server;
use async_trait::async_trait;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::Secret;
use saml_core::crypto::PeerPolicy;
use saml_idp::{
    AttributeRelease, Authenticator, AuthenticatorError, CookieSecurity, EncryptAssertions, IdentityProvider,
    IdentityProviderConfig, Principal, PrincipalAttribute, ResponseSignatures, SpPeer, SpPeerPolicy,
};

use crate::case::{Case, Signed};
use crate::{Failure, Ground};

const NAME: &str = "juergen";
const ATTRIBUTES: [(&str, &[&str]); 3] = [
    ("mail", &["juergen@example.org"]),
    ("cn", &["Jürgen \"Ünïcode\" <&> O'Neill"]),
    ("eduPersonAffiliation", &["member", "staff"]),
];

struct OnePerson;

#[async_trait]
impl Authenticator for OnePerson {
    async fn authenticate(
        &self,
        name: &str,
        password: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        let attributes = ATTRIBUTES.iter().map(|(name, values)| PrincipalAttribute {
            name: (*name).to_owned(),
            values: values.iter().map(|&value| value.to_owned()).collect(),
        });
        let known = name == NAME && password.expose() == NAME.as_bytes();
        Ok(known.then(|| Principal { user_name: name.to_owned(), attributes: attributes.collect() }))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

pub fn start(ground: &Ground, case: &Case) -> Result<Server, Failure> {
    let mut config = IdentityProviderConfig::new(ground.url.as_str())?;
    config.site.cookie_name = "ours-idp".to_owned();
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let policy = SpPeerPolicy {
        permitted: PeerPolicy::relaxed(case.relaxations()?),
        release: AttributeRelease::All,
        idp_initiated: case.unsolicited,
        signatures: match case.sign {
            Signed::Assertion => ResponseSignatures::Assertion,
            Signed::Response => ResponseSignatures::Response,
            Signed::Both => ResponseSignatures::Both,
        },
        encrypt_assertions: if case.encrypt { EncryptAssertions::Always } else { EncryptAssertions::Never },
        encrypt_name_ids: case.encrypt_name_id,
        ..SpPeerPolicy::default()
    };
    let partner = SpPeer::from_metadata(case.partner.clone().into_bytes(), policy)?;
    let idp = IdentityProvider::builder(config)
        .service_provider(partner)
        .signer(Arc::new(ground.signer("idp")?))
        .authenticator(Arc::new(OnePerson))
        .persistent_id_secret(Secret::new(b"a secret for tests, always the same".to_vec()))
        .store(ground.store.clone())
        .build()?;
    let app = move || App::new().configure(saml_idp::web::configure(idp.clone()));
    let settings = saml_idp::web::ServerSettings { workers: 1, ..Default::default() };
    Ok(saml_idp::web::serve(app, ground.listener.try_clone()?, settings)?)
}
