//! Codes of faults that lie in keys, settings, the machine, or the program itself.

use std::os::unix::fs::FileExt as _;
use std::time::Duration;

use openssl::ec::{EcGroup, EcKey};
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::symm::Cipher;
use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::base::{Limits, RandomUnavailable, Secret, SecureRandom};
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::c14n::{CanonicalStream, CanonicalizationMethod, Canonicalizer, PrefixList, canonical_octets};
use saml_core::crypto::{
    Certificate, ContentCipher, CryptoError, DigestAlgorithm, KeyWrap, LocalSigner, PrivateKey, PublicKey,
    SignatureAlgorithm, Signer, digest,
};
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::validation::Verdict;
use saml_core::xml::{Document, Writer, names};
use saml_idp::{PublicReason as IdpReason, SsoRefusal};
use saml_sp::{LoginRefusal, PublicReason as SpReason, RecordError};
use saml_store::{
    Entry, FileStore, MAX_RECORDS_OF_OWNER, MAX_VALUE_OCTETS, MemoryRecords, MemoryStore, Namespace,
    RecordName, Records, RedisAddress, RedisFault, RedisStoreOptions, Store, StoreError, StoreInstant,
    require_owner,
};
use saml_testkit::forge::{Keyring, good};
use saml_tests::randomness::Counter;
use saml_tests::scene::scene;
use saml_tests::step::step;

use crate::Reached;

/// A source that has run dry.
struct Dry;

impl SecureRandom for Dry {
    fn fill(&mut self, _octets: &mut [u8]) -> Result<(), RandomUnavailable> {
        Err(RandomUnavailable)
    }
}

/// A signer whose key is elsewhere, and can't be reached.
struct Unreachable(PublicKey);

impl Signer for Unreachable {
    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::EcdsaSha256
    }

    fn public_key(&self) -> &PublicKey {
        &self.0
    }

    fn sign(&self, _octets: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::KeyUnavailable)
    }

    fn certificate(&self) -> Option<&Certificate> {
        None
    }
}

pub fn all(reached: &mut Reached) {
    keys(reached);
    crypto(reached);
    outgoing(reached);
    canonicalisation(reached);
    stores(reached);
    // A refusal without a broken rule is made nowhere; if it were, it would have a code.
    let refusal = LoginRefusal::new(SpReason::SignInFailed, Verdict::default());
    reached.code("a refused login without a reason", refusal.code().as_str());
    let refusal = SsoRefusal::new(IdpReason::BadRequest, Verdict::default());
    reached.code("a refused request without a reason", refusal.code().as_str());
}

fn keys(reached: &mut Reached) {
    let pair = || KeyPair::generate("key.example.com", KeyType::P256, 1).unwrap();
    let (one, other) = (pair(), pair());
    reached.error("a key that is none", &PrivateKey::from_pem("a key").unwrap_err());
    let koblitz = EcGroup::from_curve_name(Nid::SECP256K1).unwrap();
    let koblitz = PKey::from_ec_key(EcKey::generate(&koblitz).unwrap()).unwrap();
    let koblitz = PrivateKey::from_pkcs8_der(&koblitz.private_key_to_pkcs8().unwrap());
    reached.error("a key on another curve", &koblitz.unwrap_err());
    let key = PKey::private_key_from_pem(one.key_pem.as_bytes()).unwrap();
    let sealed = key.private_key_to_pem_pkcs8_passphrase(Cipher::aes_256_cbc(), b"word").unwrap();
    let sealed = String::from_utf8(sealed).unwrap();
    reached.error("an encrypted key", &PrivateKey::from_pem(&sealed).unwrap_err());
    let wrong = PrivateKey::from_encrypted_pem(&sealed, &Secret::new(b"other".to_vec()));
    reached.error("another passphrase", &wrong.unwrap_err());
    reached.error("a certificate that is none", &Certificate::from_octets(b"a certificate").unwrap_err());
    let both = format!("{}{}", one.certificate_pem, other.certificate_pem);
    reached.error("two certificates", &Certificate::from_pem(&both).unwrap_err());
    let certificate = Certificate::from_pem(&other.certificate_pem).unwrap();
    let key = PrivateKey::from_pem(&one.key_pem).unwrap();
    let signer = LocalSigner::new(key, SignatureAlgorithm::EcdsaSha256).unwrap();
    reached.error("somebody else's certificate", &signer.with_certificate(certificate).unwrap_err());
    let rsa = KeyPair::generate("key.example.com", KeyType::Rsa2048, 1).unwrap();
    let key = PrivateKey::from_pem(&rsa.key_pem).unwrap();
    reached.error("a new SHA-1", &LocalSigner::new(key, SignatureAlgorithm::RsaSha1).unwrap_err());
}

fn crypto(reached: &mut Reached) {
    let value = digest(DigestAlgorithm::Sha256, b"this").unwrap();
    reached.error("another digest", &value.verify(&[0; 32]).unwrap_err());
    let key = ContentCipher::Aes256Gcm.generate_key(&mut Counter(0)).unwrap();
    reached.error("a ciphertext that is none", &ContentCipher::Aes256Gcm.open(&key, &[0; 64]).unwrap_err());
    reached.error("no randomness", &ContentCipher::Aes256Gcm.generate_key(&mut Dry).unwrap_err());
    let short = Secret::new(vec![0; 5]);
    reached.error("a short key", &KeyWrap::Aes256.wrap_key(&short, &key).unwrap_err());
}

fn outgoing(reached: &mut Reached) {
    let keyring = Keyring::p256().unwrap();
    let unreachable = Unreachable(keyring.keys().genuine.public_key().clone());
    reached.error("a token that was pulled out", &unreachable.sign(b"").unwrap_err());
    let request = good::authn_request(&scene());
    let mut written = request.to_xml().unwrap();
    let id = request.request.id.as_str();
    let failed = sign_enveloped(&mut written, id, &unreachable, SigningOptions::default());
    reached.error("a key that can't be reached", &failed.unwrap_err());
    let xml = written.into_octets();
    let message = |destination| OutgoingMessage {
        destination,
        parameter: MessageParameter::SamlRequest,
        xml: &xml,
        relay_state: None,
    };
    let failed = redirect::encode(&message("https://idp.example.com/sso"), Some(&unreachable));
    reached.error("a query that can't be signed", &failed.unwrap_err());
    reached.error("a script", &redirect::encode(&message("javascript:x"), None).unwrap_err());
    let mut writer = Writer::new();
    writer.start(names::saml::ISSUER);
    writer.text("\u{0}");
    writer.end();
    reached.error("a character that XML can't carry", &writer.finish().unwrap_err());
}

fn canonicalisation(reached: &mut Reached) {
    const EXCLUSIVE: CanonicalizationMethod = CanonicalizationMethod::EXCLUSIVE;
    let octets = |xml: &str| {
        // The parser has a bound of its own, which those who set limits may lift.
        let limits = Limits { namespace_octets: usize::MAX, ..Limits::METADATA };
        let document = Document::parse(xml.as_bytes().to_vec(), &limits).unwrap();
        canonical_octets(document.root(), None, EXCLUSIVE, PrefixList::EMPTY, &limits)
    };
    reached.error("a relative namespace", &octets("<a xmlns='relative'/>").unwrap_err());
    let long = format!("<a xmlns='urn:{}'/>", "x".repeat(2000));
    reached.error("a namespace without end", &octets(&long).unwrap_err());
    let document = Document::parse(b"<a><b ID='b'/><c ID='c'/></a>".to_vec(), &Limits::MESSAGE).unwrap();
    let (b, c) = (document.element_by_id("b").unwrap(), document.element_by_id("c").unwrap());
    let beside = canonical_octets(b, Some(c.id()), EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE);
    reached.error("a signature that stands elsewhere", &beside.unwrap_err());
    let mut canonicalizer = Canonicalizer::new(EXCLUSIVE, PrefixList::EMPTY, &Limits::MESSAGE, Vec::new());
    reached.error("an end without a start", &canonicalizer.end_element().unwrap_err());
    let few = Limits { prefixes: 1, ..Limits::MESSAGE };
    let several = Document::parse(b"<a xmlns:b='urn:b' xmlns:c='urn:c'/>".to_vec(), &few);
    reached.error("more prefixes than there may be", &several.unwrap_err());
    let limits = Limits { identifier_octets: 100, ..Limits::MESSAGE };
    for (by, xml) in [
        ("markup without end", format!("<a b='{}'/>", "x".repeat(2 * Limits::MESSAGE.markup_octets))),
        ("endless identifiers", format!("<a ID='{0}'><b ID='b{0}'/></a>", "x".repeat(60))),
    ] {
        let mut stream = CanonicalStream::new(EXCLUSIVE, PrefixList::EMPTY, &limits, Vec::new());
        let error = stream.feed(xml.as_bytes()).err().or_else(|| stream.finish().err());
        reached.error(by, &error.unwrap_or_else(|| panic!("{by} has a canonical form")));
    }
}

fn stores(reached: &mut Reached) {
    const PLACE: Namespace = Namespace::new("tests.verdict_codes");
    let store = MemoryStore::new().with_capacity(PLACE, 0);
    let now = StoreInstant::from_unix_millis(1_000_000);
    let later = StoreInstant::from_unix_millis(2_000_000);
    let roomy = MemoryStore::new();
    let put = |store: &MemoryStore, key: &str, value: usize, expires_at| {
        let entry = Entry { namespace: PLACE, key, value: vec![0; value], expires_at };
        step(store.put(entry, now)).unwrap_err()
    };
    for (by, error) in [
        ("a full store", put(&store, "key", 1, later)),
        ("an empty key", put(&roomy, "", 1, later)),
        ("a long value", put(&roomy, "key", MAX_VALUE_OCTETS + 1, later)),
        ("an entry of the past", put(&roomy, "key", 1, now)),
        ("a record of nobody", require_owner("").unwrap_err()),
        ("an owner of a thousand", one_too_many(PLACE)),
        // What an engine reports that can be unplugged, or that others write to.
        ("an unplugged store", StoreError::Unavailable("unplugged".into())),
        ("a store of others", StoreError::Corrupt("not ours".into())),
        ("a full disk", StoreError::NoSpace("full".into())),
        ("a read-only disk", StoreError::ReadOnly("read-only".into())),
    ] {
        reached.code(by, LoginRefusal::from(error).code().as_str());
    }
    let store = MemoryStore::new().with_capacity(PLACE, 5);
    let shared = |key| {
        let entry = Entry { namespace: PLACE, key, value: Vec::new(), expires_at: later };
        step(store.insert_for("a peer", entry, now))
    };
    let taken = ["1", "2", "3", "4", "5"].map(shared).into_iter().find_map(Result::err).unwrap();
    reached.code("more than a share", LoginRefusal::from(taken).code().as_str());
    files(reached);
    servers(reached);
    // What records are refused for that were moved, or that many write at once.
    for (by, error) in [("a moved record", RecordError::OtherOwner), ("a crowd", RecordError::Contended)] {
        reached.code(by, SsoRefusal::from(error).code().as_str());
    }
}

/// What the owner of as many records as one may have gets for one more.
fn one_too_many(namespace: Namespace) -> StoreError {
    let records = MemoryRecords::new();
    let insert = |number: usize| {
        let at = RecordName { namespace, owner: "alice", name: &number.to_string() };
        step(records.insert_record(at, Vec::new()))
    };
    (0..=MAX_RECORDS_OF_OWNER).map(insert).find_map(Result::err).expect("a bound")
}

/// Files that are no store of this program.
fn files(reached: &mut Reached) {
    /// Where SQLite has the application and the version of a file's format.
    const MARKS: [(&str, u64); 2] = [("a file of a later version", 60), ("a file of another program", 68)];
    let folder = std::env::temp_dir().join(format!("saml-codes-{}", std::process::id()));
    reached.code("a missing folder", FileStore::open(folder.join("store")).unwrap_err().code());
    std::fs::create_dir(&folder).expect("a new folder");
    for (by, offset) in MARKS {
        let path = folder.join(offset.to_string());
        drop(FileStore::open(&path).expect("a new file"));
        let file = std::fs::OpenOptions::new().write(true).open(&path).expect("a file");
        file.write_all_at(&[0, 0, 0xff, 0xff], offset).expect("written");
        reached.code(by, FileStore::open(&path).unwrap_err().code());
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// What a server reports of itself; `saml-store/tests/redis_engine` has servers that do.
fn servers(reached: &mut Reached) {
    let (most, found) = (Duration::from_secs(60), Duration::from_secs(90));
    let settings = RedisStoreOptions::parse("redis://").unwrap_err();
    let address = RedisAddress::Tcp { host: "store.example.com".to_owned(), port: 6379 };
    for (by, fault) in [
        ("a URL without a host", settings),
        (
            "a server that is down",
            RedisFault::Unreachable { address: address.clone(), why: "refused".into() },
        ),
        ("a slow server", RedisFault::TimedOut { step: "answer", after: most }),
        ("a server that ends", RedisFault::Lost),
        ("a wrong password", RedisFault::Refused { code: "WRONGPASS".into() }),
        ("a cache", RedisFault::EvictionPolicy { expected: "noeviction", found: "allkeys-lru".into() }),
        ("a server without a file", RedisFault::NoAppendOnlyFile),
        ("a wrong clock", RedisFault::Clock { most, found }),
        ("a replica", RedisFault::NotPrimary { address, found: "slave".into() }),
        ("a full server", RedisFault::OutOfMemory),
        ("a server that loads", RedisFault::Answered { code: "LOADING".into() }),
        ("replicas that are down", RedisFault::Replicas { expected: 1, found: 0, within: most }),
    ] {
        let (expected, found) = (fault.expected(), fault.found());
        assert!(!expected.is_empty() && !found.is_empty() && expected != found, "{by}");
        reached.code(by, fault.code());
    }
}
