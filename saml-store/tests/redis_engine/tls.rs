//! Connections that nobody else can read.

use std::fs;
use std::path::PathBuf;

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};
use saml_store::{RedisFault, RedisStoreOptions, Store};

use crate::server::{Folder, PLACE, Server, entry, free_port, now, programs};

fn name(text: &str) -> X509Name {
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", text).unwrap();
    name.build()
}

fn key() -> PKey<Private> {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap()
}

fn draft(subject: &str, key: &PKey<Private>) -> X509Builder {
    let mut draft = X509::builder().unwrap();
    draft.set_version(2).unwrap();
    draft.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    draft.set_subject_name(&name(subject)).unwrap();
    draft.set_pubkey(key).unwrap();
    draft.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    draft.set_not_after(&Asn1Time::days_from_now(2).unwrap()).unwrap();
    draft
}

/// Certificates and keys in files.
struct Files {
    folder: Folder,
    authority_key: PKey<Private>,
    authority: X509,
}

impl Files {
    fn new() -> Self {
        let key = key();
        let mut draft = draft("authority", &key);
        draft.set_issuer_name(&name("authority")).unwrap();
        draft.append_extension(BasicConstraints::new().critical().ca().build().unwrap()).unwrap();
        draft.sign(&key, MessageDigest::sha256()).unwrap();
        let this = Self { folder: Folder::new(), authority_key: key, authority: draft.build() };
        fs::write(this.path("ca.pem"), this.authority.to_pem().unwrap()).unwrap();
        this
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    /// A certificate for a host, and its key, in `NAME.pem` and `NAME.key`.
    fn issue(&self, file: &str, host: &str) {
        let key = key();
        let mut draft = draft(file, &key);
        draft.set_issuer_name(self.authority.subject_name()).unwrap();
        let host = SubjectAlternativeName::new().dns(host).build(&draft.x509v3_context(None, None)).unwrap();
        draft.append_extension(host).unwrap();
        draft.sign(&self.authority_key, MessageDigest::sha256()).unwrap();
        fs::write(self.path(&format!("{file}.pem")), draft.build().to_pem().unwrap()).unwrap();
        fs::write(self.path(&format!("{file}.key")), key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    }

    /// A server that wants certificates of those who ask, or not.
    fn server(&self, program: &'static str, port: u16, clients: &str) -> Server {
        self.issue("server", "localhost");
        let (ca, chain, key) = (self.text("ca.pem"), self.text("server.pem"), self.text("server.key"));
        let port = port.to_string();
        Server::start(
            program,
            &[
                "--tls-port",
                &port,
                "--port",
                "0",
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                &chain,
                "--tls-key-file",
                &key,
                "--tls-ca-cert-file",
                &ca,
                "--tls-auth-clients",
                clients,
            ],
        )
    }
}

fn at(scheme: &str, host: &str, port: u16) -> RedisStoreOptions {
    RedisStoreOptions::parse(&format!("{scheme}://{host}:{port}")).unwrap()
}

#[tokio::test]
async fn trusts_the_named_authority_and_the_right_host_only() {
    for program in programs() {
        let (files, port) = (Files::new(), free_port());
        let _server = files.server(program, port, "no");
        let options = at("rediss", "localhost", port).with_certificate_authorities(files.path("ca.pem"));
        let (store, now) = (options.connect(now()).await.unwrap(), now());
        store.put(entry("k", b"over TLS", now), now).await.unwrap();
        assert_eq!(store.take(PLACE, "k", now).await.unwrap(), Some(b"over TLS".to_vec()));
        let others = Files::new();
        for (wrong, why) in [
            (at("rediss", "localhost", port), "certificate verify failed"),
            (
                at("rediss", "localhost", port).with_certificate_authorities(others.path("ca.pem")),
                "certificate verify failed",
            ),
            (
                at("rediss", "127.0.0.1", port).with_certificate_authorities(files.path("ca.pem")),
                "certificate verify failed",
            ),
            (at("redis", "localhost", port), "closed"),
        ] {
            let error = wrong.connect(now).await.unwrap_err();
            assert_eq!(error.code(), "store.redis_unreachable", "{error:?}");
            assert!(error.found().contains(why), "{error:?}");
        }
    }
}

#[tokio::test]
async fn shows_its_certificate_where_the_server_wants_one() {
    for program in programs() {
        let (files, port) = (Files::new(), free_port());
        let _server = files.server(program, port, "yes");
        files.issue("client", "node.example");
        let options = || at("rediss", "localhost", port).with_certificate_authorities(files.path("ca.pem"));
        let error = options().connect(now()).await.unwrap_err();
        assert_eq!(error.code(), "store.redis_unreachable", "{error:?}");
        let shown = options().with_client_certificate(files.path("client.pem"), files.path("client.key"));
        let (store, now) = (shown.connect(now()).await.unwrap(), now());
        store.put(entry("k", b"", now), now).await.unwrap();
        let mixed = options().with_client_certificate(files.path("client.pem"), files.path("server.key"));
        assert!(matches!(mixed.connect(now).await.unwrap_err(), RedisFault::Certificates { .. }));
    }
}

#[tokio::test]
async fn refuses_certificates_that_are_none() {
    let files = Files::new();
    fs::write(files.path("empty.pem"), "").unwrap();
    for file in ["absent.pem", "empty.pem"] {
        let options = at("rediss", "localhost", 1).with_certificate_authorities(files.path(file));
        let error = options.connect(now()).await.unwrap_err();
        assert!(matches!(error, RedisFault::Certificates { .. }), "{error:?}");
    }
}
