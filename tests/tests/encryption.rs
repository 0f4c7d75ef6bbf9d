//! An identity provider encrypts to a service provider. Tests of both sides, also for cases in which that is
//! impossible.

#[path = "encryption/shared_keys.rs"]
mod shared_keys;

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::assertion::NameIdFormat;
use saml_core::base::{Coded as _, Limits, Relaxation, SamlInstant, Secret};
use saml_core::bindings::post::PostMessage;
use saml_core::bindings::{MessageParameter, redirect};
use saml_core::crypto::{Certificate, LocalDecrypter, LocalSigner, PeerPolicy, PrivateKey};
use saml_idp::{
    Credentials, EncryptAssertions, IdentityProvider, IdentityProviderConfig, LoginOutcome, Next, PeerError,
    PeerFault, PublishedBindings, ResponseSignatures, SpPeerPolicy, UsersFile,
};
use saml_sp::{
    AcceptedLogin, ConfigError, DecryptionKey, IdpPeerPolicy, LoginRefusal, Outgoing, ServiceProvider,
    ServiceProviderConfig, StartLogin,
};
use saml_store::{MemoryStore, Token};
use saml_tests::waiting::Waiting;

const NOW: &str = "2026-11-20T12:00:00Z";

fn key_pair() -> KeyPair {
    KeyPair::generate("sp.example.com", KeyType::Rsa2048, 1).unwrap()
}

fn published(pair: &KeyPair) -> DecryptionKey {
    DecryptionKey::from_pem(&pair.key_pem, &pair.certificate_pem).unwrap()
}

fn unpublished(pair: &KeyPair) -> DecryptionKey {
    let key = PrivateKey::from_pem(&pair.key_pem).unwrap();
    DecryptionKey::unpublished(Arc::new(LocalDecrypter::new(key).unwrap())).unwrap()
}

/// Two parties that know each other.
struct Parties {
    idp: IdentityProvider,
    sp: ServiceProvider,
    /// The NameID format that the service asks for.
    name_id_format: Option<NameIdFormat>,
    /// The identity provider that it asks, if it knows several.
    asked: Option<&'static str>,
}

/// What an identity provider is made of.
struct IdentitySide {
    url: &'static str,
    signer: Arc<LocalSigner>,
}

impl IdentitySide {
    fn new(url: &'static str) -> Self {
        let pair = KeyPair::generate("idp.example.com", KeyType::Rsa2048, 1).unwrap();
        Self { url, signer: Arc::new(pair.signer().unwrap()) }
    }

    fn build(&self, service_providers: Vec<saml_idp::SpPeer>) -> IdentityProvider {
        let password = saml_idp::hash_password(&Secret::new(b"secret".to_vec())).unwrap();
        let users = format!(
            "[users.ada]\npassword = \"{password}\"\n[users.ada.attributes]\nmail = [\"ada@example.org\"]\n"
        );
        IdentityProvider::builder(IdentityProviderConfig::new(self.url).unwrap())
            .service_providers(service_providers)
            .signer(self.signer.clone())
            .authenticator(Arc::new(UsersFile::parse(&users).unwrap()))
            .persistent_id_secret(Secret::new(vec![7; 32]))
            .store(Arc::new(MemoryStore::new()))
            .build()
            .unwrap()
    }

    fn serving(&self, peer: saml_idp::SpPeer) -> IdentityProvider {
        self.build(vec![peer])
    }

    /// As a service knows it.
    fn known(&self, policy: IdpPeerPolicy) -> saml_sp::IdpPeer {
        let metadata = self.build(Vec::new()).metadata_xml().unwrap();
        saml_sp::IdpPeer::from_metadata(metadata, policy).unwrap()
    }
}

/// The service's keys as it has them, and as the identity provider knows them.
fn parties(
    keys: &[DecryptionKey],
    known: &[DecryptionKey],
    policy: SpPeerPolicy,
) -> Result<Parties, PeerError> {
    let idp_side = IdentitySide::new("https://idp.example.com");
    let idp = idp_side.known(IdpPeerPolicy::default());
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    let sp = ServiceProvider::builder(config).identity_provider(idp).store(Arc::new(MemoryStore::new()));
    let as_known = sp.clone().decryption_keys(known.iter().cloned()).build().unwrap().metadata_xml().unwrap();
    let sp = sp.decryption_keys(keys.iter().cloned()).build().unwrap();
    let peer = saml_idp::SpPeer::from_metadata(as_known, policy)?;
    Ok(Parties { idp: idp_side.serving(peer), sp, name_id_format: None, asked: None })
}

/// The metadata of a service with these keys.
fn metadata_of(keys: &[DecryptionKey]) -> String {
    let idp = IdentitySide::new("https://idp.example.com").known(IdpPeerPolicy::default());
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    let sp = ServiceProvider::builder(config).identity_provider(idp).store(Arc::new(MemoryStore::new()));
    String::from_utf8(sp.decryption_keys(keys.iter().cloned()).build().unwrap().metadata_xml().unwrap())
        .unwrap()
}

/// A service that the identity provider knows from this metadata.
fn knowing(metadata: &str, policy: SpPeerPolicy) -> Result<Parties, PeerError> {
    with_metadata(&[], metadata, policy, IdpPeerPolicy::default())
}

fn with_metadata(
    keys: &[DecryptionKey],
    metadata: &str,
    policy: SpPeerPolicy,
    idp_policy: IdpPeerPolicy,
) -> Result<Parties, PeerError> {
    let idp_side = IdentitySide::new("https://idp.example.com");
    let idp = idp_side.known(idp_policy);
    let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
    let sp = ServiceProvider::builder(config).identity_provider(idp).store(Arc::new(MemoryStore::new()));
    let sp = sp.decryption_keys(keys.iter().cloned()).build().unwrap();
    let peer = saml_idp::SpPeer::from_metadata(metadata.as_bytes().to_vec(), policy)?;
    Ok(Parties { idp: idp_side.serving(peer), sp, name_id_format: None, asked: None })
}

impl Parties {
    /// A request, on its way from the service to the identity provider: what that does next.
    async fn request(&self, browser: &Token, now: SamlInstant) -> Next {
        let start = StartLogin {
            idp: self.asked,
            name_id_format: self.name_id_format.clone(),
            ..StartLogin::new(browser)
        };
        let started = self.sp.start_login(start, now).await.unwrap();
        let Outgoing::Redirect(url) = started.outgoing else {
            panic!("the identity provider takes redirects")
        };
        let (_, query) = url.split_once('?').unwrap();
        let request = redirect::decode(query, &Limits::MESSAGE).unwrap();
        self.idp.receive_redirect(request, now).await.unwrap()
    }

    /// The error that a request is answered with.
    async fn refuses_to_answer(&self) -> String {
        let now = SamlInstant::try_from(NOW).unwrap();
        let answered = self.request(&Token::random().unwrap(), now).await;
        let Next::Post { form, verdict: Some(_), .. } = answered else { panic!("the request is refused") };
        String::from_utf8(STANDARD.decode(form.value()).unwrap()).unwrap()
    }

    /// One login, up to the assertion consumer service: the answer's XML, and what became of it.
    async fn log_in(&self) -> (String, Result<AcceptedLogin, LoginRefusal>) {
        let xml = self.answer().await;
        let outcome = self.receive(&xml).await;
        (xml, outcome)
    }

    /// The service's decision on an answer.
    async fn receive(&self, xml: &str) -> Result<AcceptedLogin, LoginRefusal> {
        let now = SamlInstant::try_from(NOW).unwrap();
        let (parameter, xml) = (MessageParameter::SamlResponse, xml.as_bytes().to_vec());
        self.sp.receive_response(PostMessage { parameter, xml, relay_state: None }, now).await
    }

    /// The identity provider's answer to one request, on its way to the service.
    async fn answer(&self) -> String {
        let now = SamlInstant::try_from(NOW).unwrap();
        let browser = Token::random().unwrap();
        let Next::Continue(sealed) = self.request(&browser, now).await else {
            panic!("a new request goes on")
        };
        let transaction = Waiting::shown(&self.idp, &sealed, now).await.unwrap();
        let password = Secret::new(b"secret".to_vec());
        let credentials =
            Credentials { user_name: "ada", password: &password, address: "192.0.2.1", known_browser: None };
        let outcome = self.idp.log_in(Some(transaction.sent()), credentials, now).await.unwrap();
        let LoginOutcome::SignedIn { next: Some(Next::Post { form, .. }), .. } = outcome else {
            panic!("the login is answered")
        };
        String::from_utf8(STANDARD.decode(form.value()).unwrap()).unwrap()
    }
}

fn encrypting(encrypt_assertions: EncryptAssertions) -> SpPeerPolicy {
    SpPeerPolicy { encrypt_assertions, ..SpPeerPolicy::default() }
}

fn is_encrypted(xml: &str) -> bool {
    let encrypted = xml.contains("EncryptedAssertion>");
    assert_ne!(encrypted, xml.contains("</saml:Assertion>"), "one of the two: {xml}");
    encrypted
}

// Attack 212.
#[tokio::test]
async fn a_login_is_encrypted_where_the_service_publishes_a_key_whatever_is_signed() {
    let keys = [published(&key_pair())];
    let all = [ResponseSignatures::Both, ResponseSignatures::Assertion, ResponseSignatures::Response];
    for signatures in all {
        let policy = SpPeerPolicy { signatures, ..encrypting(EncryptAssertions::IfPossible) };
        let (xml, outcome) = parties(&keys, &keys, policy).unwrap().log_in().await;
        assert!(is_encrypted(&xml));
        assert!(
            xml.contains("xmlenc11#aes256-gcm")
                && xml.contains("Recipient=\"https://sp.example.com/saml/metadata\"")
        );
        outcome.unwrap();
    }
}

#[tokio::test]
async fn a_login_is_in_clear_where_nothing_else_is_possible_or_wanted() {
    let keys = [published(&key_pair())];
    let never = parties(&keys, &keys, encrypting(EncryptAssertions::Never)).unwrap();
    let without = parties(&[], &[], encrypting(EncryptAssertions::IfPossible)).unwrap();
    let unknown =
        parties(&keys, &[unpublished(&key_pair())], encrypting(EncryptAssertions::IfPossible)).unwrap();
    for parties in [never, without, unknown] {
        let (xml, outcome) = parties.log_in().await;
        assert!(!is_encrypted(&xml));
        outcome.unwrap();
    }
}

/// [Core §2.2.4]: inside an assertion that can be read, and inside one that can't.
#[tokio::test]
async fn a_name_is_encrypted_by_itself_where_the_policy_says_so() {
    let keys = [published(&key_pair())];
    for assertions in [EncryptAssertions::Never, EncryptAssertions::Always] {
        let policy = SpPeerPolicy { encrypt_name_ids: true, ..encrypting(assertions) };
        let (xml, outcome) = parties(&keys, &keys, policy).unwrap().log_in().await;
        assert!(!xml.contains("saml:NameID"), "{xml}");
        let in_clear = !is_encrypted(&xml);
        assert_eq!(in_clear, assertions == EncryptAssertions::Never);
        assert_eq!(xml.contains("<saml:EncryptedID>"), in_clear, "{xml}");
        outcome.unwrap();
    }
}

/// [Core §3.4.1.1]: the format `encrypted`, as python3-saml's `wantNameIdEncrypted` asks for it.
#[tokio::test]
async fn a_name_is_encrypted_by_itself_where_the_request_asks_for_it() {
    let keys = [published(&key_pair())];
    let asking = |parties: Parties| Parties { name_id_format: Some(NameIdFormat::Encrypted), ..parties };
    let (xml, outcome) =
        asking(parties(&keys, &keys, encrypting(EncryptAssertions::Never)).unwrap()).log_in().await;
    assert!(xml.contains("<saml:EncryptedID>") && !xml.contains("saml:NameID"), "{xml}");
    outcome.unwrap();
    let without = asking(parties(&[], &[], encrypting(EncryptAssertions::Never)).unwrap());
    assert!(without.refuses_to_answer().await.contains("InvalidNameIDPolicy"));
}

#[test]
fn a_service_without_a_key_can_t_be_configured_where_encryption_is_demanded() {
    let names = SpPeerPolicy { encrypt_name_ids: true, ..encrypting(EncryptAssertions::Never) };
    let refused = parties(&[], &[], names).map(|_| ()).unwrap_err();
    assert!(matches!(refused.fault, PeerFault::EncryptionKeyMissing), "{refused:?}");
    let refused = parties(&[], &[], encrypting(EncryptAssertions::Always)).map(|_| ()).unwrap_err();
    assert!(matches!(refused.fault, PeerFault::EncryptionKeyMissing), "{refused:?}");
    let keys = [published(&key_pair())];
    assert!(parties(&keys, &keys, encrypting(EncryptAssertions::Always)).is_ok());
}

/// If the offered key of a service or the list beside it changes, content for it is still encrypted, or the service is
/// refused. Clear text is sent only if the policy says so, or if no key is offered at all.
#[tokio::test]
async fn nothing_is_sent_in_clear_because_the_metadata_changed() {
    let keys = [published(&key_pair())];
    let offered = metadata_of(&keys);
    let begin = offered.find("<md:KeyDescriptor use=\"encryption\">").unwrap();
    let end = begin
        + offered.get(begin..).unwrap().find("</md:KeyDescriptor>").unwrap()
        + "</md:KeyDescriptor>".len();
    let descriptor = offered.get(begin..end).unwrap();
    let method = |algorithm: &str| format!("<md:EncryptionMethod Algorithm=\"{algorithm}\"/>");
    let listing = |methods: &[&str]| {
        let methods: String = methods.iter().map(|algorithm| method(algorithm)).collect();
        let head = descriptor.get(..descriptor.find("<md:EncryptionMethod").unwrap()).unwrap();
        format!("{head}{methods}</md:KeyDescriptor>")
    };
    let certificate = descriptor.split("X509Certificate>").nth(1).unwrap().trim_end_matches("</ds:");
    let mut changed = vec![
        listing(&["http://www.w3.org/2001/04/xmlenc#aes128-cbc"]),
        listing(&["http://www.w3.org/2001/04/xmlenc#tripledes-cbc"]),
        listing(&["http://www.w3.org/2001/04/xmlenc#rsa-1_5"]),
        listing(&["http://www.w3.org/2001/04/xmlenc#aes256-cbc", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"]),
        descriptor.replace(certificate, "AAAA"),
        descriptor.replace(certificate, ""),
        descriptor.replace(certificate, certificate.get(..certificate.len() / 2).unwrap()),
        listing(&["http://www.w3.org/2001/04/xmlenc#aes128-cbc"]).replace(" use=\"encryption\"", ""),
        descriptor.replace("aes256-gcm", "aes256-xyz"),
        descriptor.to_owned(),
    ];
    changed.push(format!("{descriptor}{descriptor}"));
    let (mut sealed, mut refused) = (0, 0);
    for changed in changed {
        let metadata = format!("{}{changed}{}", offered.get(..begin).unwrap(), offered.get(end..).unwrap());
        for policy in [EncryptAssertions::IfPossible, EncryptAssertions::Always] {
            match knowing(&metadata, encrypting(policy)) {
                Ok(parties) => {
                    assert!(is_encrypted(&parties.answer().await), "{changed}");
                    sealed += 1;
                }
                Err(error) => {
                    let hint = error.hint().unwrap_or_default();
                    assert!(hint.contains("encrypt_assertions = \"never\""), "{error}: {hint}");
                    assert!(error.line.is_some(), "{error}");
                    refused += 1;
                }
            }
        }
        let never = knowing(&metadata, encrypting(EncryptAssertions::Never)).unwrap();
        assert!(!is_encrypted(&never.answer().await));
    }
    assert!(sealed >= 4 && refused >= 12, "{sealed} {refused}");
    // A malformed key for both uses can't verify signatures either. The peer is refused, whatever the policy.
    let both = descriptor.replace(" use=\"encryption\"", "").replace(certificate, "AAAA");
    let metadata = format!("{}{both}{}", offered.get(..begin).unwrap(), offered.get(end..).unwrap());
    for policy in [EncryptAssertions::IfPossible, EncryptAssertions::Always, EncryptAssertions::Never] {
        assert!(knowing(&metadata, encrypting(policy)).is_err());
    }
    // Without any offer there is nothing to be unusable: only `Always` rules that out.
    let none = format!("{}{}", offered.get(..begin).unwrap(), offered.get(end..).unwrap());
    assert!(!is_encrypted(
        &knowing(&none, encrypting(EncryptAssertions::IfPossible)).unwrap().answer().await
    ));
    assert!(knowing(&none, encrypting(EncryptAssertions::Always)).is_err());
}

/// The stock of some products lists AES-CBC and nothing else: refused alone, or sealed by the relaxation, or in clear by
/// the policy.
#[tokio::test]
async fn a_service_that_opens_cbc_only_is_sealed_for_by_its_relaxation() {
    let keys = [published(&key_pair())];
    let offered = metadata_of(&keys);
    let cbc = offered
        .replace("http://www.w3.org/2009/xmlenc11#aes256-gcm", "http://www.w3.org/2001/04/xmlenc#aes256-cbc")
        .replace("http://www.w3.org/2009/xmlenc11#aes128-gcm", "http://www.w3.org/2001/04/xmlenc#aes128-cbc");
    let refused = knowing(&cbc, SpPeerPolicy::default()).map(|_| ()).unwrap_err();
    assert_eq!(refused.code().as_str(), "encryption.algorithm_refused");
    let hint = refused.hint().unwrap();
    assert!(hint.contains("encrypt_assertions = \"never\"") && hint.contains("`aes-cbc`"), "{hint}");
    let algorithms = PeerPolicy::relaxed(Relaxation::AesCbc.into());
    let policy = SpPeerPolicy { permitted: algorithms.clone(), ..SpPeerPolicy::default() };
    let xml = knowing(&cbc, policy).unwrap().answer().await;
    assert!(is_encrypted(&xml) && xml.contains("xmlenc#aes256-cbc"), "{xml}");
    // Our own service opens it if its policy grants that too, and the verdict says so.
    for (granted, accepted) in [(PeerPolicy::default(), false), (algorithms, true)] {
        let idp_policy = IdpPeerPolicy { permitted: granted, ..IdpPeerPolicy::default() };
        let policy = SpPeerPolicy {
            permitted: PeerPolicy::relaxed(Relaxation::AesCbc.into()),
            ..SpPeerPolicy::default()
        };
        let parties = with_metadata(&keys, &cbc, policy, idp_policy).unwrap();
        let (_, outcome) = parties.log_in().await;
        assert_eq!(outcome.is_ok(), accepted);
    }
}

/// One identity provider isn't told of our key, all others are.
#[test]
fn a_key_for_encryption_is_withheld_from_one_peer() {
    let idp = |withhold_encryption_keys| {
        let side = IdentitySide::new("https://idp.example.com");
        side.known(IdpPeerPolicy { withhold_encryption_keys, ..IdpPeerPolicy::default() })
    };
    let told = |idp: saml_sp::IdpPeer| {
        let config = ServiceProviderConfig::new("https://sp.example.com").unwrap();
        let sp = ServiceProvider::builder(config)
            .identity_provider(idp.clone())
            .store(Arc::new(MemoryStore::new()));
        let sp = sp.decryption_keys([published(&key_pair())]).build().unwrap();
        let has_key = |metadata: Vec<u8>| String::from_utf8(metadata).unwrap().contains("use=\"encryption\"");
        (has_key(sp.metadata_xml_for(&idp).unwrap()), has_key(sp.metadata_xml().unwrap()))
    };
    assert_eq!(told(idp(false)), (true, true));
    assert_eq!(told(idp(true)), (false, true));
}

/// The bindings that our metadata offers one service provider.
#[test]
fn the_bindings_that_are_published_are_those_of_the_peer() {
    let keys = [published(&key_pair())];
    for (published_bindings, redirect, post) in [
        (PublishedBindings::Both, true, true),
        (PublishedBindings::Redirect, true, false),
        (PublishedBindings::Post, false, true),
    ] {
        let policy = SpPeerPolicy { published_bindings, ..SpPeerPolicy::default() };
        let idp = parties(&keys, &keys, policy).unwrap().idp;
        let has = |metadata: Vec<u8>, binding: &str| {
            String::from_utf8(metadata).unwrap().contains(&format!("bindings:{binding}\""))
        };
        let peer = &idp.snapshot().service_providers().only().unwrap();
        let of_peer = || idp.metadata_xml_for(peer).unwrap();
        assert_eq!((has(of_peer(), "HTTP-Redirect"), has(of_peer(), "HTTP-POST")), (redirect, post));
        let of_all = || idp.metadata_xml().unwrap();
        assert!(has(of_all(), "HTTP-Redirect") && has(of_all(), "HTTP-POST"));
    }
}

/// [IIP-SP08]: a replacement is tried before anybody knows of it, and the old key as long as somebody uses it.
#[tokio::test]
async fn keys_are_replaced_without_a_failed_login() {
    let (old, new) = (key_pair(), key_pair());
    let steps = [
        ([published(&old), unpublished(&new)], [published(&old)]),
        ([unpublished(&old), published(&new)], [published(&old)]),
        ([unpublished(&old), published(&new)], [published(&new)]),
    ];
    for (keys, known) in steps {
        let (xml, outcome) = parties(&keys, &known, SpPeerPolicy::default()).unwrap().log_in().await;
        assert!(is_encrypted(&xml));
        outcome.unwrap();
    }
    let gone = parties(&[published(&new)], &[published(&old)], SpPeerPolicy::default()).unwrap();
    assert_eq!(gone.log_in().await.1.unwrap_err().code().as_str(), "decryption.failed");
    let none = parties(&[], &[published(&old)], SpPeerPolicy::default()).unwrap();
    assert_eq!(none.log_in().await.1.unwrap_err().code().as_str(), "decryption.no_key");
}

#[test]
fn metadata_offers_what_is_published_with_the_algorithms_that_need_no_relaxation() {
    let (shown, hidden) = (key_pair(), key_pair());
    let keys = [published(&shown), unpublished(&hidden)];
    let sp = parties(&keys, &keys, SpPeerPolicy::default()).unwrap().sp;
    let xml = String::from_utf8(sp.metadata_xml().unwrap()).unwrap();
    let base64 = |pair: &KeyPair| Certificate::from_pem(&pair.certificate_pem).unwrap().to_base64();
    assert!(xml.contains(&base64(&shown)) && !xml.contains(&base64(&hidden)));
    assert_eq!(xml.matches("use=\"encryption\"").count(), 1);
    let offered: Vec<&str> = xml
        .split("md:EncryptionMethod Algorithm=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().rsplit('#').next().unwrap())
        .collect();
    assert_eq!(offered, ["aes256-gcm", "aes128-gcm", "rsa-oaep-mgf1p", "rsa-oaep"]);
}

#[test]
fn a_decryption_key_must_be_rsa_long_enough_and_the_certificate_s() {
    let (one, other) = (key_pair(), key_pair());
    let refused = |key: &str, certificate: &str| DecryptionKey::from_pem(key, certificate).unwrap_err();
    assert_eq!(refused(&one.key_pem, &other.certificate_pem), ConfigError::DecryptionCertificateMismatch);
    assert_eq!(refused("", &one.certificate_pem), ConfigError::DecryptionKeyUnreadable);
    assert_eq!(refused(&one.key_pem, ""), ConfigError::DecryptionKeyUnreadable);
    let curve = KeyPair::generate("sp.example.com", KeyType::P256, 1).unwrap();
    assert_eq!(refused(&curve.key_pem, &curve.certificate_pem), ConfigError::DecryptionKeyUnreadable);
    let short = openssl::rsa::Rsa::generate(1024).unwrap().private_key_to_pem().unwrap();
    let short = PrivateKey::from_pem(std::str::from_utf8(&short).unwrap()).unwrap();
    let short = DecryptionKey::unpublished(Arc::new(LocalDecrypter::new(short).unwrap())).unwrap_err();
    assert_eq!(short, ConfigError::DecryptionKeyRefused);
    let five: Vec<DecryptionKey> = (0..5).map(|_| unpublished(&key_pair())).collect();
    let sp = parties(&[], &[], SpPeerPolicy::default()).unwrap().sp;
    let sp = ServiceProvider::builder(sp.config()).store(Arc::new(MemoryStore::new()));
    assert!(matches!(sp.decryption_keys(five).build().map(|_| ()), Err(ConfigError::DecryptionKeys(_))));
}
