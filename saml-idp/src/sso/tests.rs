use std::sync::Arc;

use async_trait::async_trait;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{PublicUrl, SamlInstant, Secret};
use saml_core::bindings::{MessageParameter, post::PostMessage};
use saml_core::crypto::{LocalSigner, PrivateKey, SignatureAlgorithm};
use saml_store::MemoryStore;

use super::*;
use crate::service_provider::tests::metadata;
use crate::{
    Authenticator, AuthenticatorError, CookieSecurity, IdentityProvider, IdentityProviderConfig,
    IdentityProviderParts, Person, ServiceProvider, ServiceProviderPolicy, SsoRefusal, SsoSession,
};

struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(
        &self,
        _user_name: &str,
        _password: &Secret,
    ) -> Result<Option<Person>, AuthenticatorError> {
        Ok(None)
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

fn identity_provider() -> IdentityProvider {
    let mut config = IdentityProviderConfig::new(PublicUrl::try_from("http://localhost:1").unwrap()).unwrap();
    config.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    let sp = ServiceProvider::from_metadata(metadata("", ""), ServiceProviderPolicy::default()).unwrap();
    IdentityProvider::new(IdentityProviderParts {
        config,
        service_providers: vec![sp],
        signer: Arc::new(LocalSigner::new(key, SignatureAlgorithm::RsaSha256).unwrap()),
        authenticator: Arc::new(Nobody),
        persistent_id_secret: Secret::new(vec![7; 32]),
        store: Arc::new(MemoryStore::new()),
    })
    .unwrap()
}

fn now() -> SamlInstant {
    SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap()
}

/// An unsigned request with this content after its issuer.
async fn receive(idp: &IdentityProvider, content: &str) -> Result<Next, SsoRefusal> {
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" \
         IssueInstant=\"2026-11-20T12:00:00Z\"><saml:Issuer>https://sp.example.com</saml:Issuer>{content}</samlp:AuthnRequest>"
    );
    let message =
        PostMessage { parameter: MessageParameter::SamlRequest, xml: xml.into_bytes(), relay_state: None };
    idp.receive_post(message, now()).await
}

#[tokio::test]
async fn what_a_stranger_leaves_behind_is_bounded() {
    let idp = identity_provider();
    let classes = |count: usize| {
        let class = format!("<saml:AuthnContextClassRef>urn:{}</saml:AuthnContextClassRef>", "x".repeat(100));
        format!("<samlp:RequestedAuthnContext>{}</samlp:RequestedAuthnContext>", class.repeat(count))
    };
    assert!(matches!(receive(&idp, &classes(100)).await, Ok(Next::Continue(_))));
    let refusal = receive(&idp, &classes(1000)).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "request.too_much_to_keep");
}

#[tokio::test]
async fn a_declaration_that_nobody_offers_is_not_bettered_by_silence() {
    let idp = identity_provider();
    let asked = "<samlp:RequestedAuthnContext Comparison=\"better\">\
                 <saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext>";
    let Next::Continue(handle) = receive(&idp, asked).await.unwrap() else { panic!("not kept") };
    let session = SsoSession {
        person: Person { user_name: "ada".to_owned(), attributes: Vec::new() },
        authn_instant: now().unix(),
        expires_at: now().unix() + 3600,
        session_index: "_s".to_owned(),
    };
    let Next::Post { form, .. } = idp.continue_transaction(&handle, Some(&session), now()).await.unwrap()
    else {
        panic!("not answered")
    };
    let xml = openssl::base64::decode_block(form.value()).unwrap();
    let xml = String::from_utf8(xml).unwrap();
    assert!(xml.contains("status:NoAuthnContext") && !xml.contains("Assertion "), "{xml}");
}
