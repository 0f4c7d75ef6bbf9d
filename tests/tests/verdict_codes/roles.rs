//! Both roles as state machines: what only somebody with a memory and a configuration refuses.

use std::sync::Arc;
use std::time::Duration;

use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::assertion::{Attribute, AttributeStatement, AuthnContextClassRef, StatedAttribute, Statement};
use saml_core::base::{EntityId, Limits, NonEmpty, Relaxation, Relaxations, SamlInstant, Secret};
use saml_core::bindings::post::PostMessage;
use saml_core::bindings::{MessageParameter, redirect};
use saml_core::crypto::{LocalSigner, PeerPolicy};
use saml_idp::audit::{AuditError, AuditSink};
use saml_idp::event::Occurrence;
use saml_idp::{
    Authenticator, AuthenticatorError, Credentials, HookError, IdentityProvider, IdentityProviderBuilder,
    IdentityProviderConfig, LoginOutcome, Next, Principal, SpPeerPolicy, SsoRefusal, UsersFile,
};
use saml_sp::{
    BrowserCookies, IdpPeerPolicy, Outgoing, PeerSource, PeerSourceError, ServiceProvider,
    ServiceProviderConfig, SourceId, StartLogin,
};
use saml_store::{MemoryStore, Store, Token};
use saml_tests::answer::Answer;
use saml_tests::step::step;
use saml_tests::waiting::Waiting;
use saml_tests::world::{Hosting, IdpPlan, SpPlan, World};

use crate::Reached;

fn now() -> SamlInstant {
    SamlInstant::try_from("2026-11-20T12:00:00Z").unwrap()
}

fn tomorrow() -> SamlInstant {
    now().saturating_add(Duration::from_secs(24 * 3600))
}

/// Metadata that ends in a minute.
fn ending(metadata: Vec<u8>) -> Vec<u8> {
    let text = String::from_utf8(metadata).unwrap();
    let end = now().saturating_add(Duration::from_secs(60));
    let begun = "<md:EntityDescriptor ";
    assert!(text.contains(begun), "{text}");
    text.replace(begun, &format!("{begun}validUntil=\"{end}\" ")).into_bytes()
}

/// Knows nobody, for the directory is down.
struct Down;

#[async_trait::async_trait]
impl Authenticator for Down {
    async fn authenticate(
        &self,
        _name: &str,
        _word: &Secret,
    ) -> Result<Option<Principal>, AuthenticatorError> {
        Err(AuthenticatorError("the directory is down".into()))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::Password
    }
}

const PASSWORD: &[u8] = b"secret";

/// The common settings of the identity providers of one case.
struct Site {
    signer: Arc<LocalSigner>,
    store: Arc<dyn Store>,
}

impl Site {
    fn new() -> Self {
        let pair = KeyPair::generate("idp.example.com", KeyType::P256, 1).unwrap();
        Self { signer: Arc::new(pair.signer().unwrap()), store: Arc::new(MemoryStore::new()) }
    }

    fn idp(
        &self,
        service_providers: Vec<saml_idp::SpPeer>,
        authenticator: Arc<dyn Authenticator>,
    ) -> IdentityProvider {
        self.builder(authenticator).service_providers(service_providers).build().unwrap()
    }

    fn builder(&self, authenticator: Arc<dyn Authenticator>) -> IdentityProviderBuilder {
        IdentityProvider::builder(IdentityProviderConfig::new("https://idp.example.com").unwrap())
            .signer(self.signer.clone())
            .authenticator(authenticator)
            .persistent_id_secret(Secret::new(vec![7; 32]))
            .store(self.store.clone())
    }
}

fn people() -> Arc<dyn Authenticator> {
    let password = saml_idp::hash_password(&Secret::new(PASSWORD.to_vec())).unwrap();
    let users = format!(
        "[users.ada]\npassword = \"{password}\"\n[users.ada.attributes]\nmail = [\"ada@example.org\"]\n"
    );
    Arc::new(UsersFile::parse(&users).unwrap())
}

fn sp_knowing(metadata: Vec<u8>) -> ServiceProvider {
    let idp = saml_sp::IdpPeer::from_metadata(metadata, IdpPeerPolicy::default()).unwrap();
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    ServiceProvider::builder(config)
        .identity_provider(idp)
        .store(Arc::new(MemoryStore::new()))
        .build()
        .unwrap()
}

fn request(sp: &ServiceProvider, at: SamlInstant) -> redirect::RedirectMessage {
    let browser = Token::random().unwrap();
    let Outgoing::Redirect(url) = step(sp.start_login(StartLogin::new(&browser), at)).unwrap().outgoing
    else {
        panic!("the identity provider takes redirects")
    };
    redirect::decode(url.split_once('?').unwrap().1, &Limits::MESSAGE).unwrap()
}

/// Knows nobody, and can't even say so.
#[derive(Debug)]
struct Unreachable;

#[async_trait::async_trait]
impl PeerSource<saml_sp::IdpPeer> for Unreachable {
    async fn find(&self, _: &EntityId) -> Result<Option<Arc<saml_sp::IdpPeer>>, PeerSourceError> {
        Err(PeerSourceError("no connection".into()))
    }

    async fn find_by_source_id(
        &self,
        _: &SourceId,
    ) -> Result<Option<Arc<saml_sp::IdpPeer>>, PeerSourceError> {
        Err(PeerSourceError("no connection".into()))
    }
}

fn source_of_peers(reached: &mut Reached) {
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    let builder = ServiceProvider::builder(config).identity_provider_source(Arc::new(Unreachable));
    let sp = builder.store(Arc::new(MemoryStore::new())).build().unwrap();
    let browser = Token::random().unwrap();
    let start = StartLogin { idp: Some("https://idp.example.com"), ..StartLogin::new(&browser) };
    let refused = step(sp.start_login(start, now())).unwrap_err();
    reached.code("a source of peers that is down", refused.code().as_str());
}

/// Can't write.
struct Full;

#[async_trait::async_trait]
impl AuditSink for Full {
    async fn write(&self, _: &EntityId, _: &Occurrence) -> Result<(), AuditError> {
        Err(AuditError::new("no space left"))
    }
}

/// A login at an identity provider with this hook and this audit.
fn at_the_door(
    reached: &mut Reached,
    by: &str,
    built: fn(IdentityProviderBuilder) -> IdentityProviderBuilder,
) {
    let site = Site::new();
    let idp = built(site.builder(people())).build().unwrap();
    let password = Secret::new(PASSWORD.to_vec());
    let ada =
        Credentials { user_name: "ada", password: &password, address: "192.0.2.1", known_browser: None };
    let refused = step(idp.log_in(None, ada, now())).unwrap_err();
    reached.verdict(by, &refused.verdict);
}

fn hooks_and_audit(reached: &mut Reached) {
    at_the_door(reached, "an audit that is full", |idp| idp.audit(Full));
    at_the_door(reached, "a hook that says no", |idp| {
        idp.on_login(|_| async { Err(HookError::veto("nobody")) })
    });
    at_the_door(reached, "a hook that fails", |idp| {
        idp.on_login(|_| async { Err(std::io::Error::other("down").into()) })
    });
    at_the_door(reached, "a hook that never ends", |idp| idp.on_login(|_| std::future::pending()));
}

pub fn all(reached: &mut Reached) {
    hooks_and_audit(reached);
    identity_provider(reached);
    source_of_peers(reached);
    withdrawn_key(reached);
    expired_metadata(reached);
    service_provider(reached);
}

fn identity_provider(reached: &mut Reached) {
    let site = Site::new();
    let sp = sp_knowing(site.idp(Vec::new(), people()).metadata_xml().unwrap());
    let peer = || {
        let metadata = sp.metadata_xml().unwrap();
        saml_idp::SpPeer::from_metadata(metadata, SpPeerPolicy::default()).unwrap()
    };
    let idp = site.idp(vec![peer()], people());
    let waiting = || {
        let received = step(idp.receive_redirect(request(&sp, now()), now())).unwrap();
        let Next::Continue(sealed) = received else { panic!("a new request goes on") };
        step(Waiting::shown(&idp, &sealed, now())).unwrap()
    };
    let password = Secret::new(PASSWORD.to_vec());
    let ada =
        Credentials { user_name: "ada", password: &password, address: "192.0.2.1", known_browser: None };
    let refusal = |refusal: SsoRefusal| refusal.code().as_str();
    let forgetful = site.idp(Vec::new(), people());
    let removed = step(forgetful.log_in(Some(waiting().sent()), ada, now())).unwrap_err();
    reached.code("a service that is gone when the login ends", refusal(removed));
    let down = site.idp(vec![peer()], Arc::new(Down));
    let unavailable = step(down.log_in(Some(waiting().sent()), ada, now())).unwrap_err();
    reached.code("a directory that is down", refusal(unavailable));
    let of_another_browser = Waiting { browser: Token::random().unwrap(), ..waiting() };
    let over = step(idp.log_in(Some(of_another_browser.sent()), ada, now())).unwrap_err();
    reached.code("a login for no request", refusal(over));
    let stranger = step(site.idp(Vec::new(), people()).receive_redirect(request(&sp, now()), now()));
    reached.code("a request of a stranger", refusal(stranger.unwrap_err()));
    let name = sp.config().site.entity_id.to_string();
    let started = step(idp.start_at_idp(&name, None, now())).unwrap_err();
    reached.code("a login that starts here", refusal(started));

    let acs_url = sp.config().acs_url();
    let metadata = String::from_utf8(sp.metadata_xml().unwrap()).unwrap();
    let far = metadata.replace(&acs_url, &format!("{acs_url}/{}", "x".repeat(4096))).into_bytes();
    let far = saml_idp::SpPeer::from_metadata(far, SpPeerPolicy::default()).unwrap();
    let xml = format!(
        "<samlp:AuthnRequest xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
         xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" ID=\"_q\" Version=\"2.0\" \
         IssueInstant=\"{}\"><saml:Issuer>{name}</saml:Issuer></samlp:AuthnRequest>",
        now()
    );
    let message =
        PostMessage { parameter: MessageParameter::SamlRequest, xml: xml.into_bytes(), relay_state: None };
    let refused = step(site.idp(vec![far], people()).receive_post(message, now())).unwrap_err();
    reached.code("an endpoint of four thousand octets", refusal(refused));
}

/// A service whose assertions were encrypted asks again, and has no key any more.
fn withdrawn_key(reached: &mut Reached) {
    let site = Site::new();
    let sp = sp_knowing(site.idp(Vec::new(), people()).metadata_xml().unwrap());
    let clear = String::from_utf8(sp.metadata_xml().unwrap()).unwrap();
    let pem = KeyPair::generate("sp.example.com", KeyType::Rsa2048, 1).unwrap().certificate_pem;
    let certificate: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let endpoint = "<md:AssertionConsumerService";
    let key = format!(
        "<md:KeyDescriptor use=\"encryption\"><ds:KeyInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"><ds:X509Data>\
         <ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>{endpoint}"
    );
    let sealed = clear.replacen(endpoint, &key, 1);
    let answer = |metadata: String| {
        let peer = saml_idp::SpPeer::from_metadata(metadata.into_bytes(), SpPeerPolicy::default()).unwrap();
        let idp = site.idp(vec![peer], people());
        let Next::Continue(waiting) = step(idp.receive_redirect(request(&sp, now()), now())).unwrap() else {
            panic!("a new request goes on")
        };
        let password = Secret::new(PASSWORD.to_vec());
        let ada =
            Credentials { user_name: "ada", password: &password, address: "192.0.2.1", known_browser: None };
        let waiting = step(Waiting::shown(&idp, &waiting, now())).unwrap();
        match step(idp.log_in(Some(waiting.sent()), ada, now())).unwrap() {
            LoginOutcome::SignedIn { next: Some(Next::Post { verdict, .. }), .. } => verdict,
            other => panic!("{other:?}"),
        }
    };
    assert!(answer(sealed).is_none());
    reached.verdict("a service that has no key any more", &answer(clear).unwrap());
}

fn expired_metadata(reached: &mut Reached) {
    let site = Site::new();
    let metadata = site.idp(Vec::new(), people()).metadata_xml().unwrap();
    let sp = sp_knowing(ending(metadata.clone()));
    let browser = Token::random().unwrap();
    let late = step(sp.start_login(StartLogin::new(&browser), tomorrow())).unwrap_err();
    reached.code("a login at a provider of yesterday", late.code().as_str());
    let sp = sp_knowing(metadata);
    let peer = saml_idp::SpPeer::from_metadata(ending(sp.metadata_xml().unwrap()), SpPeerPolicy::default());
    let idp = site.idp(vec![peer.unwrap()], people());
    let late = step(idp.receive_redirect(request(&sp, tomorrow()), tomorrow())).unwrap_err();
    reached.code("a request of a service of yesterday", late.code().as_str());
}

fn service_provider(reached: &mut Reached) {
    let algorithms = PeerPolicy::relaxed(Relaxations::NONE.with(Relaxation::Unsolicited));
    let policy = IdpPeerPolicy { permitted: algorithms, ..IdpPeerPolicy::default() };
    let plan = SpPlan::new("app").with_idp_policy(policy);
    let world = World::new(Hosting::Https, vec![IdpPlan::new("idp")], vec![plan]);
    let (idp, sp, at) = (world.idp("idp"), world.sp("app"), saml_tests::message::now());
    let receive = |xml: &[u8]| {
        let message =
            PostMessage { parameter: MessageParameter::SamlResponse, xml: xml.to_vec(), relay_state: None };
        step(sp.provider.receive_response(message, at))
    };
    let unsolicited = Answer::new(idp, sp, None, at).signed_by(idp);
    receive(&unsolicited).unwrap();
    reached.code("an assertion again", receive(&unsolicited).unwrap_err().code().as_str());

    let browser = Token::random().unwrap();
    let started = step(sp.provider.start_login(StartLogin::new(&browser), at)).unwrap();
    let Outgoing::Redirect(url) = started.outgoing else { panic!("the identity provider takes redirects") };
    let asked = redirect::decode(url.split_once('?').unwrap().1, &Limits::MESSAGE).unwrap();
    let asked = asked.receive::<saml_core::protocol::AuthnRequest>(&Limits::MESSAGE).unwrap();
    let id = asked.message().claimed_id().unwrap().to_owned();
    let answer = Answer::new(idp, sp, Some(&id), at).signed_by(idp);
    let login = receive(&answer).unwrap();
    reached.code("an answer again", receive(&answer).unwrap_err().code().as_str());
    let much = Answer::new(idp, sp, None, at).but(|a| {
        let groups = Attribute::new("groups", ["x".repeat(saml_sp::Session::MAX_OCTETS)]);
        let attributes = NonEmpty::new(StatedAttribute::Attribute(groups));
        a.assertion.statements.push(Statement::Attribute(AttributeStatement { attributes }));
    });
    let much = receive(&much.signed_by(idp)).unwrap_err();
    reached.code("somebody who is in everything", much.code().as_str());
    let elsewhere =
        step(sp.provider.complete_login(&login.token, BrowserCookies::default(), at)).unwrap_err();
    reached.code("a browser without the cookie", elsewhere.code().as_str());
    let token = Token::random().unwrap();
    let nothing = step(sp.provider.complete_login(&token, BrowserCookies::default(), at)).unwrap_err();
    reached.code("a last hop of nothing", nothing.code().as_str());
}
