//! The documents, as they leave each role.

use saml_cli::keygen::{KeyPair, KeyType};
use saml_core::assertion::{AuthnContextClassRef, NameIdFormat};
use saml_core::base::{EntityId, Limits};
use saml_core::crypto::{Certificate, LocalDecrypter, LocalSigner, PeerPolicy, PrivateKey, Signer as _};
use saml_core::trust::{DecryptionKeys, open_document};
use saml_idp::{AttributeRelease, EncryptAssertions, ResponseSignatures};
use saml_sp::{DecryptionKey, Outgoing, StartLogin};
use saml_store::Token;
use saml_testkit::wire::recognise;
use saml_tests::client::{Client, Reply};
use saml_tests::message::{decode, now};
use saml_tests::step::step;
use saml_tests::world::{ADA, Hosting, IdpPlan, PASSWORD, SpPlan, World};

use crate::hold_against;
use crate::outline::Outlines;

/// Those of the world's first parties, by the names of their keys.
fn outlines(world: &World) -> Outlines {
    let mut outlines = Outlines::default();
    let certificate = |signer: &LocalSigner| signer.certificate().unwrap().to_base64();
    outlines.name(certificate(&world.idps[0].signer), "certificate of the identity provider");
    if let Some(signer) = &world.sps[0].signer {
        outlines.name(certificate(signer), "certificate of the service provider");
    }
    outlines
}

fn world(idp: IdpPlan, sp: SpPlan) -> World {
    World::new(Hosting::Https, vec![idp], vec![sp])
}

/// The XML in a URL, a form or a page.
fn message_in(carrier: impl Into<Vec<u8>>) -> Vec<u8> {
    recognise(carrier.into()).unwrap().xml
}

/// The names of a query in order, and the values of those that are no message.
fn parameters(url: &str) -> Vec<String> {
    let (endpoint, query) = url.split_once('?').unwrap();
    let shown = query.split('&').map(|pair| match pair.split_once('=').unwrap() {
        (name @ "SigAlg", value) => format!("{name}={value}"),
        (name, _) => format!("{name}=…"),
    });
    std::iter::once(endpoint.to_owned()).chain(shown).collect()
}

/// The fields of a form, as above.
fn fields(page: &Reply) -> Vec<String> {
    let form = page.form();
    std::iter::once(form.action).chain(form.fields.into_iter().map(|(name, _)| format!("{name}=…"))).collect()
}

/// Signs ada in, wherever a page asks for it.
fn sign_in(client: &mut Client, url: &str) -> Reply {
    let login = client.visit(url);
    let form = login.form().with("user_name", ADA).with("password", PASSWORD);
    client.submit(&form, &login.url)
}

/// What the first service provider asks, started so.
fn asked(world: &World, ask: impl FnOnce(&mut StartLogin<'_>)) -> Outgoing {
    let token = Token::random().unwrap();
    let mut login = StartLogin::new(&token);
    ask(&mut login);
    step(world.sps[0].provider.start_login(login, now())).unwrap().outgoing
}

fn redirected(outgoing: Outgoing) -> String {
    let Outgoing::Redirect(url) = outgoing else { panic!("the identity provider takes redirects") };
    url
}

#[test]
fn a_login() {
    let world = world(IdpPlan::new("idp"), SpPlan::new("app"));
    let (mut client, mut outlines) = (world.client(), outlines(&world));
    let asked = client.get(&world.sps[0].at("/private")).location().unwrap();
    let begun = if asked.contains("SAMLRequest") { asked } else { client.get(&asked).location().unwrap() };
    outlines.lines("The request by Redirect", &parameters(&begun));
    outlines.add("AuthnRequest", &message_in(begun.as_str()), now());
    let answer = sign_in(&mut client, &begun);
    outlines.lines("The answer by POST", &fields(&answer));
    outlines.add("Response", decode(answer.form().value("SAMLResponse")).as_bytes(), now());
    hold_against("login", &outlines);
}

#[test]
fn requests_that_ask_for_all_there_is() {
    let world = world(IdpPlan::new("idp"), SpPlan::new("app"));
    let mut outlines = outlines(&world);
    let all = asked(&world, |login| {
        login.force_authn = true;
        login.is_passive = true;
        login.name_id_format = Some(NameIdFormat::EmailAddress);
        login.class_refs = vec![AuthnContextClassRef::PasswordProtectedTransport, AuthnContextClassRef::X509];
    });
    outlines.add("AuthnRequest", &message_in(redirected(all)), now());
    hold_against("request_for_all", &outlines);
}

#[test]
fn requests_by_post_and_without_a_key() {
    let only_post = |xml: String| {
        let begin = xml.find("<md:SingleSignOnService").unwrap();
        let end = begin + xml[begin..].find("/>").unwrap() + 2;
        assert!(xml[begin..end].contains("HTTP-Redirect"), "{xml}");
        [&xml[..begin], &xml[end..]].concat()
    };
    let posting = world(IdpPlan::new("idp"), SpPlan::new("app").reading_idp_metadata_as(only_post));
    let mut outlines = outlines(&posting);
    let Outgoing::Post(form) = asked(&posting, |_| ()) else { panic!("it takes posts alone") };
    assert_eq!(form.action(), posting.idps[0].provider.config().sso_url());
    outlines.add("AuthnRequest by POST", decode(form.value()).as_bytes(), now());
    let unsigned = world(IdpPlan::new("idp"), SpPlan::new("app").unsigned());
    let url = redirected(asked(&unsigned, |_| ()));
    outlines.lines("The request without a key", &parameters(&url));
    outlines.add("AuthnRequest without a key", &message_in(url), now());
    hold_against("request_by_post", &outlines);
}

#[test]
fn answers_by_each_policy() {
    let mut all = Outlines::default();
    for (title, signatures, format, release) in [
        (
            "signed Response",
            ResponseSignatures::Response,
            NameIdFormat::Transient,
            AttributeRelease::Named(Vec::new()),
        ),
        (
            "signed Assertion",
            ResponseSignatures::Assertion,
            NameIdFormat::EmailAddress,
            AttributeRelease::All,
        ),
    ] {
        let sp = SpPlan::new("app").treated(|policy| {
            policy.signatures = signatures;
            policy.name_id_format = Some(format);
            policy.release = release;
        });
        let world = world(IdpPlan::new("idp"), sp);
        let answer = sign_in(&mut world.client(), &redirected(asked(&world, |_| ())));
        all.name(
            world.idps[0].signer.certificate().unwrap().to_base64(),
            "certificate of the identity provider",
        );
        all.add(title, decode(answer.form().value("SAMLResponse")).as_bytes(), now());
    }
    hold_against("answers", &all);
}

#[test]
fn an_answer_that_nobody_asked_for() {
    let sp = SpPlan::new("app").treated(|policy| policy.idp_initiated = true);
    let world = world(IdpPlan::new("idp"), sp);
    let (mut client, mut outlines) = (world.client(), outlines(&world));
    let home = world.idps[0].at("/saml/home");
    let at_home = sign_in(&mut client, &home);
    let tile = at_home.body.split("href=\"").find(|link| link.starts_with("/saml/start")).unwrap();
    let link = saml_tests::page::unescape(tile.split_once('"').unwrap().0);
    let answer = client.visit(&world.idps[0].at(&link));
    outlines.lines("The form", &fields(&answer));
    outlines.add("Response", decode(answer.form().value("SAMLResponse")).as_bytes(), now());
    hold_against("unsolicited", &outlines);
}

#[test]
fn an_encrypted_answer() {
    let pair = KeyPair::generate("app", KeyType::Rsa2048, 30).unwrap();
    let key = DecryptionKey::from_pem(&pair.key_pem, &pair.certificate_pem).unwrap();
    let world = world(IdpPlan::new("idp"), SpPlan::new("app").decrypting(vec![key.clone()]));
    let mut outlines = outlines(&world);
    let encryption = Certificate::from_pem(&pair.certificate_pem).unwrap().to_base64();
    outlines.name(encryption.as_str(), "certificate for encryption");
    let answer = sign_in(&mut world.client(), &redirected(asked(&world, |_| ())));
    let sealed = decode(answer.form().value("SAMLResponse")).into_bytes();
    outlines.add("Response", &sealed, now());
    let private = PrivateKey::from_pem(&pair.key_pem).unwrap();
    let keys =
        DecryptionKeys::new([std::sync::Arc::new(LocalDecrypter::new(private).unwrap()) as _]).unwrap();
    let us = EntityId::try_from(world.sps[0].entity_id().as_str()).unwrap();
    let opened = open_document(sealed, &keys, &us, &PeerPolicy::default(), &Limits::MESSAGE).unwrap().octets;
    outlines.add("Response, opened", &opened, now());
    let sp = SpPlan::new("app").decrypting(vec![key]).treated(|policy| {
        policy.encrypt_assertions = EncryptAssertions::Never;
        policy.encrypt_name_ids = true;
    });
    let named = self::world(IdpPlan::new("idp"), sp);
    outlines.name(
        named.idps[0].signer.certificate().unwrap().to_base64(),
        "certificate of the identity provider",
    );
    let answer = sign_in(&mut named.client(), &redirected(asked(&named, |_| ())));
    outlines.add(
        "Response with an encrypted name",
        decode(answer.form().value("SAMLResponse")).as_bytes(),
        now(),
    );
    hold_against("encrypted", &outlines);
}

#[test]
fn answers_that_say_no() {
    let world = world(IdpPlan::new("idp"), SpPlan::new("app"));
    let mut outlines = outlines(&world);
    let passive = world.client().visit(&redirected(asked(&world, |login| login.is_passive = true)));
    outlines.add("NoPassive", decode(passive.form().value("SAMLResponse")).as_bytes(), now());
    let demanding = redirected(asked(&world, |login| login.class_refs = vec![AuthnContextClassRef::X509]));
    let refused = sign_in(&mut world.client(), &demanding);
    outlines.add("NoAuthnContext", decode(refused.form().value("SAMLResponse")).as_bytes(), now());
    hold_against("refusals", &outlines);
}

#[test]
fn metadata_of_both_roles() {
    let pair = KeyPair::generate("app", KeyType::Rsa2048, 30).unwrap();
    let key = DecryptionKey::from_pem(&pair.key_pem, &pair.certificate_pem).unwrap();
    let world = world(IdpPlan::new("idp"), SpPlan::new("app").decrypting(vec![key]));
    let (mut client, mut outlines) = (world.client(), outlines(&world));
    let encryption = Certificate::from_pem(&pair.certificate_pem).unwrap();
    outlines.name(encryption.to_base64(), "certificate for encryption");
    for (title, url) in [
        ("The service provider", world.sps[0].at("/saml/metadata")),
        ("The identity provider", world.idps[0].at("/saml/metadata")),
    ] {
        let served = client.get(&url);
        assert_eq!(served.status, 200);
        outlines.add(title, served.body.as_bytes(), now());
    }
    let unsigned = self::world(IdpPlan::new("idp"), SpPlan::new("app").unsigned());
    let served = unsigned.client().get(&unsigned.sps[0].at("/saml/metadata"));
    outlines.add("A service provider without keys", served.body.as_bytes(), now());
    hold_against("metadata", &outlines);
}
