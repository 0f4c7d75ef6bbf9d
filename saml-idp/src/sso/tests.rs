use std::sync::Arc;

use async_trait::async_trait;
use openssl::pkey::PKey;
use openssl::rsa::Rsa;
use saml_core::assertion::AuthnContextClassRef;
use saml_core::base::{EntityId, SamlInstant, Secret};
use saml_core::bindings::{MessageParameter, post::PostMessage};
use saml_core::crypto::{LocalSigner, PrivateKey, SignatureAlgorithm};
use saml_core::validation::{RoutedAuthnRequest, Verdict};
use saml_store::{MemoryStore, Token};

use super::sealed_request::Carrier;
use super::*;
use crate::sp_peer::tests::metadata;
use crate::{
    Authenticator, AuthenticatorError, CookieSecurity, IdentityProvider, IdentityProviderBuilder,
    IdentityProviderConfig, Principal, PrincipalAttribute, SpPeer, SpPeerPolicy, SsoRefusal, SsoSession,
};

mod encrypted_before;
mod sealed_request;
mod session_index;
mod signing;
mod subject;

struct Nobody;

#[async_trait]
impl Authenticator for Nobody {
    async fn authenticate(
        &self,
        _user_name: &str,
        _password: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        Ok(None)
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

fn identity_provider() -> IdentityProvider {
    identity_provider_of(Arc::new(Nobody))
}

fn identity_provider_of(authenticator: Arc<dyn Authenticator>) -> IdentityProvider {
    built(metadata("", ""), SpPeerPolicy::default(), |_config| (), authenticator)
}

/// An identity provider that serves whoever this metadata describes.
pub(crate) fn serving(
    metadata: Vec<u8>,
    policy: SpPeerPolicy,
    change: impl FnOnce(&mut IdentityProviderConfig),
) -> IdentityProvider {
    built(metadata, policy, change, Arc::new(Nobody))
}

fn built(
    metadata: Vec<u8>,
    policy: SpPeerPolicy,
    change: impl FnOnce(&mut IdentityProviderConfig),
    authenticator: Arc<dyn Authenticator>,
) -> IdentityProvider {
    let sp = SpPeer::from_metadata(metadata, policy).unwrap();
    knowing(vec![sp], change, authenticator, Arc::new(MemoryStore::new()))
}

fn knowing(
    service_providers: Vec<SpPeer>,
    change: impl FnOnce(&mut IdentityProviderConfig),
    authenticator: Arc<dyn Authenticator>,
    store: Arc<MemoryStore>,
) -> IdentityProvider {
    builder(service_providers, change, authenticator, store).build().unwrap()
}

fn builder(
    service_providers: Vec<SpPeer>,
    change: impl FnOnce(&mut IdentityProviderConfig),
    authenticator: Arc<dyn Authenticator>,
    store: Arc<MemoryStore>,
) -> IdentityProviderBuilder {
    let mut config = IdentityProviderConfig::new("http://localhost:1").unwrap();
    config.site.cookies = CookieSecurity::InsecureLoopbackDevelopment;
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let key = PrivateKey::from_pkcs8_der(&key.private_key_to_pkcs8().unwrap()).unwrap();
    change(&mut config);
    let builder = service_providers
        .into_iter()
        .fold(IdentityProvider::builder(config), |idp, sp| idp.service_provider(sp));
    builder
        .signer(Arc::new(LocalSigner::new(key, SignatureAlgorithm::RsaSha256).unwrap()))
        .authenticator(authenticator)
        .persistent_id_secret(Secret::new(vec![7; 32]))
        .store(store)
}

fn now() -> SamlInstant {
    SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap()
}

/// An unsigned request with this content after its issuer.
async fn receive(idp: &IdentityProvider, content: &str) -> Result<Next, SsoRefusal> {
    receive_with(idp, "", content).await
}

/// The same with these attributes.
async fn receive_with(idp: &IdentityProvider, attributes: &str, content: &str) -> Result<Next, SsoRefusal> {
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" \
         IssueInstant=\"2026-11-20T12:00:00Z\"{attributes}><saml:Issuer>https://sp.example.com</saml:Issuer>{content}</samlp:AuthnRequest>"
    );
    let message =
        PostMessage { parameter: MessageParameter::SamlRequest, xml: xml.into_bytes(), relay_state: None };
    idp.receive_post(message, now()).await
}

#[tokio::test]
async fn what_a_browser_carries_is_what_the_answer_needs() {
    let idp = identity_provider();
    let class = format!("<saml:AuthnContextClassRef>urn:{}</saml:AuthnContextClassRef>", "x".repeat(100));
    let content =
        format!("<samlp:RequestedAuthnContext>{}</samlp:RequestedAuthnContext>", class.repeat(1000));
    let Next::Continue(token) = receive(&idp, &content).await.unwrap() else { panic!("not kept") };
    // A demand that nobody here meets is met with an error, though no more of it is kept than that.
    assert!(token.expose().len() < 1_400, "{}", token.expose());
    let form = form(&idp, &token).await;
    let transaction = idp.transaction(sent(&form, &browser()), now()).await.unwrap();
    assert_eq!(transaction.request.requested_context, None);
    let answer = go_on(&idp, &token, Some(&session())).await.unwrap();
    assert!(xml_of(&answer).contains("status:NoAuthnContext"));
}

#[tokio::test]
async fn more_than_four_kibibytes_of_one_request_are_not_carried() {
    let idp = identity_provider();
    let request = |octets: usize| RoutedAuthnRequest {
        in_response_to: None,
        service_provider: EntityId::try_from("https://sp.example.com").unwrap(),
        acs_url: format!("https://sp.example.com/{}", "x".repeat(octets)),
        subject: None,
        name_id_policy: None,
        force_authn: false,
        is_passive: false,
        requested_context: None,
        attribute_consuming_service_index: None,
        verdict: Verdict::default(),
    };
    let idp = idp.snapshot();
    let sp = idp.service_providers().only().unwrap();
    let keep = async |octets| {
        let pending = idp.begin(&sp, request(octets), None, now()).unwrap();
        idp.seal_request(&pending, Carrier::Address, now()).await
    };
    for fits in [3 * 1024, 3_800] {
        let sealed = keep(fits).await.unwrap();
        assert_eq!(SealedRequest::received(sealed.expose()), Some(sealed));
    }
    let refusal = keep(4 * 1024).await.unwrap_err();
    assert_eq!(
        (refusal.code().as_str(), refusal.reason),
        ("request.too_much_to_keep", crate::PublicReason::BadRequest)
    );
}

#[tokio::test]
async fn a_declaration_that_nobody_offers_is_not_bettered_by_silence() {
    let idp = identity_provider();
    let asked = "<samlp:RequestedAuthnContext Comparison=\"better\">\
                 <saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef></samlp:RequestedAuthnContext>";
    let Next::Continue(token) = receive(&idp, asked).await.unwrap() else { panic!("not kept") };
    let answer = go_on(&idp, &token, Some(&session())).await.unwrap();
    let xml = xml_of(&answer);
    assert!(xml.contains("status:NoAuthnContext") && !xml.contains("Assertion "), "{xml}");
}

/// The browser of these tests.
fn browser() -> Token {
    Token::received(&"b".repeat(Token::TEXT_OCTETS)).unwrap()
}

const fn sent<'a>(request: &'a SealedRequest, browser: &'a Token) -> BrowserRequest<'a> {
    BrowserRequest { request, browser }
}

/// The browser goes on at the address with this request.
async fn go_on(
    idp: &IdentityProvider,
    address: &SealedRequest,
    session: Option<&SsoSession>,
) -> Result<Next, SsoRefusal> {
    idp.continue_transaction(sent(address, &browser()), session, now()).await
}

/// What the login form carries that is shown there.
async fn form(idp: &IdentityProvider, address: &SealedRequest) -> SealedRequest {
    match go_on(idp, address, None).await.unwrap() {
        Next::LogIn(form) => form,
        answered @ (Next::Continue(_) | Next::Post { .. }) => panic!("no login page: {answered:?}"),
    }
}

fn session() -> SsoSession {
    SsoSession {
        person: Principal { user_name: "ada".to_owned(), attributes: Vec::new() },
        authn_instant: now().unix(),
        expires_at: now().unix() + 3600,
        key: "k".to_owned(),
    }
}

fn xml_of(next: &Next) -> String {
    let Next::Post { form, .. } = next else { panic!("not answered") };
    String::from_utf8(openssl::base64::decode_block(form.value()).unwrap()).unwrap()
}

#[tokio::test]
async fn of_a_person_a_bounded_amount_is_remembered() {
    let idp = identity_provider();
    let known = |octets: usize| {
        let attribute =
            PrincipalAttribute { name: "isMemberOf".to_owned(), values: vec!["x".repeat(octets)] };
        let person = Principal { user_name: "ada".to_owned(), attributes: vec![attribute] };
        idp.snapshot().new_session(person, now()).unwrap()
    };
    let (token, fits) = known(SsoSession::MAX_OCTETS - 1000);
    idp.snapshot().begin_session(&fits, now()).await.unwrap();
    assert_eq!(idp.session(&token, now()).await.unwrap(), Some(fits));
    let (_token, over) = known(SsoSession::MAX_OCTETS);
    let refusal = idp.snapshot().begin_session(&over, now()).await.unwrap_err();
    assert_eq!(refusal.code().as_str(), "session.too_large");
    let failure = refusal.verdict.failures().next().unwrap().to_string();
    assert!(failure.contains("at most 262144 octets"), "{failure}");
}
