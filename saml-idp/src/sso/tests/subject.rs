//! A request that names whom it is about. [Core §3.4.1.4]

use std::sync::atomic::{AtomicUsize, Ordering};

use saml_core::assertion::{NameId, NameIdFormat};
use saml_core::protocol::StatusCode;

use super::*;
use crate::{Credentials, LoginOutcome, PrincipalAttribute};

const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
const UNSPECIFIED: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
const PERSISTENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
const TRANSIENT: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:transient";
const X509: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:X509SubjectName";
const SP: &str = "https://sp.example.com";
const BEARER: &str = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/>";
const HOLDER: &str = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:holder-of-key\"/>";
const ENCRYPTED: &str = "<saml:EncryptedID><xenc:EncryptedData xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" \
                         Type=\"http://www.w3.org/2001/04/xmlenc#Element\">\
                         <xenc:EncryptionMethod Algorithm=\"http://www.w3.org/2009/xmlenc11#aes128-gcm\"/>\
                         <xenc:CipherData><xenc:CipherValue>AAAA</xenc:CipherValue></xenc:CipherData>\
                         </xenc:EncryptedData></saml:EncryptedID>";

/// Knows ada and bob by one password, and counts how often it is asked.
#[derive(Default)]
struct Two(AtomicUsize);

fn person(name: &str) -> Principal {
    let values = [format!("{name}@example.org"), format!("{name}@old.example.org")];
    let mail = PrincipalAttribute { name: "mail".to_owned(), values: values.into() };
    Principal { user_name: name.to_owned(), attributes: vec![mail] }
}

#[async_trait]
impl Authenticator for Two {
    async fn authenticate(&self, name: &str, word: &Secret) -> Result<Option<Principal>, AuthenticatorError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok((["ada", "bob"].contains(&name) && word.expose() == b"right").then(|| person(name)))
    }

    fn class_ref(&self) -> AuthnContextClassRef {
        AuthnContextClassRef::PasswordProtectedTransport
    }
}

fn named(attributes: &str, value: &str) -> String {
    format!("<saml:Subject><saml:NameID{attributes}>{value}</saml:NameID></saml:Subject>")
}

fn of_format(format: &str, value: &str) -> String {
    named(&format!(" Format=\"{format}\""), value)
}

fn session(name: &str) -> SsoSession {
    SsoSession {
        person: person(name),
        authn_instant: now().unix(),
        expires_at: now().unix() + 3600,
        key: "k".to_owned(),
    }
}

/// The persistent name of a person for the service provider.
fn persistent(idp: &IdentityProvider, name: &str) -> String {
    let idp = idp.snapshot();
    let sp = idp.service_providers().only().unwrap();
    crate::name_id::persistent(&idp, &sp, &person(name)).unwrap()
}

async fn waiting(idp: &IdentityProvider, attributes: &str, content: &str) -> SealedRequest {
    let Next::Continue(token) = receive_with(idp, attributes, content).await.unwrap() else {
        panic!("answered before somebody signed in: {content}")
    };
    token
}

/// What the service is told: the innermost status code, the message, and the name of an assertion.
fn told(next: Next) -> (StatusCode, Option<String>, Option<NameId>) {
    let Next::Post { form, .. } = next else { panic!("not answered") };
    let xml = String::from_utf8(openssl::base64::decode_block(form.value()).unwrap()).unwrap();
    let between = |from: &str, to: &str| {
        let (_, rest) = xml.rsplit_once(from)?;
        rest.split_once(to).map(|(text, _)| text.to_owned())
    };
    let code = StatusCode::from_uri(&between("<samlp:StatusCode Value=\"", "\"").unwrap());
    let name = between("<saml:Subject>", "</saml:Subject>").map(|subject| name_in(&subject));
    (code, between("<samlp:StatusMessage>", "</samlp:StatusMessage>"), name)
}

async fn sign_in(idp: &IdentityProvider, sealed: &SealedRequest, name: &str) -> (StatusCode, Option<NameId>) {
    let form = form(idp, sealed).await;
    let password = Secret::new(b"right".to_vec());
    let credentials =
        Credentials { user_name: name, password: &password, address: "192.0.2.1", known_browser: None };
    let LoginOutcome::SignedIn { session, next, .. } =
        idp.log_in(Some(sent(&form, &browser())), credentials, now()).await.unwrap()
    else {
        panic!("a right password")
    };
    // Whoever it is that was asked for: who signs in is signed in here.
    assert_eq!(idp.session(&session, now()).await.unwrap().unwrap().person.user_name, name);
    let (code, message, told) = told(next.unwrap());
    assert_eq!(message.is_some(), code != StatusCode::Success);
    let says_who = message.is_some_and(|message| message.contains("ada") || message.contains("bob"));
    assert!(!says_who, "a message that names somebody");
    (code, told)
}

/// Subjects of every kind: of ada, of nobody, and such as can't be compared.
fn subjects(idp: &IdentityProvider) -> Vec<String> {
    let ada = persistent(idp, "ada");
    let mut subjects = vec![
        of_format(EMAIL, "ada@example.org"),
        of_format(EMAIL, "nobody@example.org"),
        of_format(UNSPECIFIED, "ada"),
        of_format(UNSPECIFIED, "nobody"),
        named("", "ada"),
        named("", "nobody"),
        of_format(PERSISTENT, &ada),
        of_format(PERSISTENT, "AAAAAAAA"),
        of_format(TRANSIENT, "_1"),
        of_format(X509, "CN=ada"),
        of_format("urn:other", "ada"),
        named(" NameQualifier=\"urn:other\"", "ada"),
        format!("<saml:Subject>{ENCRYPTED}</saml:Subject>"),
        "<saml:Subject><saml:BaseID/></saml:Subject>".to_owned(),
        format!("<saml:Subject>{BEARER}</saml:Subject>"),
        format!("<saml:Subject>{HOLDER}</saml:Subject>"),
    ];
    for confirmation in [BEARER, HOLDER] {
        for name in ["ada@example.org", "nobody@example.org"] {
            let name = format!("<saml:NameID Format=\"{EMAIL}\">{name}</saml:NameID>");
            subjects.push(format!("<saml:Subject>{name}{confirmation}</saml:Subject>"));
        }
    }
    subjects
}

#[tokio::test]
async fn before_somebody_signs_in_every_subject_gets_the_same_answer() {
    let directory = Arc::new(Two::default());
    let idp = identity_provider_of(directory.clone());
    let mut passive = Vec::new();
    for subject in subjects(&idp) {
        let token = waiting(&idp, "", &subject).await;
        assert!(matches!(go_on(&idp, &token, None).await, Ok(Next::LogIn(_))), "{subject}");
        let token = waiting(&idp, " IsPassive=\"true\"", &subject).await;
        let (code, message, name) = told(go_on(&idp, &token, None).await.unwrap());
        assert_eq!((code, name), (StatusCode::NoPassive, None), "{subject}");
        passive.push(message.unwrap());
    }
    passive.dedup();
    assert_eq!(passive.len(), 1, "{passive:?}");
    assert_eq!(directory.0.load(Ordering::Relaxed), 0, "somebody was looked up");
}

#[tokio::test]
async fn whoever_signs_in_is_the_one_who_was_asked_for_or_the_service_is_told_nothing_of_them() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    let ada = persistent(&idp, "ada");
    let idp_name = idp.config().site.entity_id.to_string();
    // By a name that the service is not told she is found as well; what it is told is what it is told without a Subject.
    let untold = [of_format(EMAIL, "ada@old.example.org"), of_format(UNSPECIFIED, "ada"), named("", "ada")];
    for (subject, is_ada) in [
        (of_format(EMAIL, "ada@example.org"), true),
        (untold[0].clone(), true),
        (of_format(EMAIL, "Ada@example.org"), false),
        (of_format(EMAIL, "ada"), false),
        (of_format(EMAIL, "nobody@example.org"), false),
        (untold[1].clone(), true),
        (of_format(UNSPECIFIED, "ada@example.org"), false),
        (of_format(UNSPECIFIED, " ada"), false),
        (untold[2].clone(), true),
        (of_format(PERSISTENT, &ada), true),
        (of_format(PERSISTENT, &persistent(&idp, "bob")), false),
        (of_format(PERSISTENT, "ada"), false),
        (
            named(
                &format!(" Format=\"{PERSISTENT}\" NameQualifier=\"{idp_name}\" SPNameQualifier=\"{SP}\""),
                &ada,
            ),
            true,
        ),
        (named(&format!(" Format=\"{PERSISTENT}\" NameQualifier=\"urn:other\""), &ada), false),
        (named(&format!(" Format=\"{PERSISTENT}\" SPNameQualifier=\"urn:other\""), &ada), false),
        (named(&format!(" Format=\"{PERSISTENT}\" SPProvidedID=\"x\""), &ada), false),
        (named(&format!(" Format=\"{EMAIL}\" SPNameQualifier=\"{SP}\""), "ada@example.org"), true),
        (of_format(TRANSIENT, "_1"), false),
        (of_format(X509, "CN=ada"), false),
        (of_format("urn:other", "ada"), false),
    ] {
        for bearer in ["", BEARER] {
            let told = if untold.contains(&subject) {
                let name =
                    format!(" Format=\"{PERSISTENT}\" NameQualifier=\"{idp_name}\" SPNameQualifier=\"{SP}\"");
                name_in(&named(&name, &ada))
            } else {
                name_in(&subject)
            };
            let subject = subject.replace("</saml:Subject>", &format!("{bearer}</saml:Subject>"));
            let (code, name) = sign_in(&idp, &waiting(&idp, "", &subject).await, "ada").await;
            match is_ada {
                true => {
                    assert_eq!((code, name), (StatusCode::Success, Some(told)), "{subject}");
                }
                false => assert_eq!((code, name), (StatusCode::UnknownPrincipal, None), "{subject}"),
            }
            if is_ada {
                let (code, name) = sign_in(&idp, &waiting(&idp, "", &subject).await, "bob").await;
                assert_eq!((code, name), (StatusCode::UnknownPrincipal, None), "{subject}");
            }
        }
    }
}

/// The name in a subject, as it was written.
fn name_in(subject: &str) -> NameId {
    let attribute = |name: &str| {
        let (_, rest) = subject.split_once(&format!(" {name}=\""))?;
        rest.split_once('"').map(|(value, _)| value.to_owned())
    };
    let (_, rest) = subject.split_once("<saml:NameID").unwrap();
    let value = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
    NameId {
        format: attribute("Format").map(|format| NameIdFormat::from_uri(&format)),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
        ..NameId::new(value)
    }
}

#[tokio::test]
async fn a_subject_that_cannot_be_compared_is_told_as_such_and_one_that_anybody_is_is_anybody() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    for (subject, code) in [
        (ENCRYPTED.to_owned(), StatusCode::RequestUnsupported),
        (format!("{ENCRYPTED}{BEARER}"), StatusCode::RequestUnsupported),
        ("<saml:BaseID/>".to_owned(), StatusCode::RequestUnsupported),
        (HOLDER.to_owned(), StatusCode::RequestUnsupported),
        (
            format!("<saml:NameID Format=\"{EMAIL}\">ada@example.org</saml:NameID>{HOLDER}"),
            StatusCode::RequestUnsupported,
        ),
        (BEARER.to_owned(), StatusCode::Success),
        (format!("{HOLDER}{BEARER}"), StatusCode::Success),
    ] {
        let subject = format!("<saml:Subject>{subject}</saml:Subject>");
        assert_eq!(sign_in(&idp, &waiting(&idp, "", &subject).await, "ada").await.0, code, "{subject}");
        let token = waiting(&idp, "", &subject).await;
        let next = go_on(&idp, &token, Some(&session("ada"))).await.unwrap();
        assert_eq!(told(next).0, code, "{subject}");
    }
}

#[tokio::test]
async fn a_session_answers_for_its_own_person_only() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    for (subject, signed_in, answers) in [
        (of_format(EMAIL, "ada@example.org"), "ada", true),
        (of_format(EMAIL, "ada@example.org"), "bob", false),
        (of_format(EMAIL, "nobody@example.org"), "bob", false),
        (of_format(PERSISTENT, &persistent(&idp, "ada")), "ada", true),
        (of_format(PERSISTENT, &persistent(&idp, "ada")), "bob", false),
        // A kind of name that the service may not ask for: it would find out who is there by asking again and again.
        (named("", "ada"), "ada", false),
        (of_format(UNSPECIFIED, "ada"), "ada", false),
        (of_format(EMAIL, "ada@old.example.org"), "ada", false),
        (of_format(TRANSIENT, "_1"), "ada", false),
    ] {
        let session = session(signed_in);
        let token = waiting(&idp, "", &subject).await;
        let next = go_on(&idp, &token, Some(&session)).await.unwrap();
        match answers {
            true => assert_eq!(told(next).0, StatusCode::Success, "{subject}"),
            false => assert!(matches!(next, Next::LogIn(_)), "{subject}"),
        }
        let token = waiting(&idp, " IsPassive=\"true\"", &subject).await;
        let next = go_on(&idp, &token, Some(&session)).await.unwrap();
        let expected = if answers { StatusCode::Success } else { StatusCode::NoPassive };
        assert_eq!(told(next).0, expected, "{subject}");
        let token = waiting(&idp, " ForceAuthn=\"true\"", &subject).await;
        let next = go_on(&idp, &token, Some(&session)).await.unwrap();
        assert!(matches!(next, Next::LogIn(_)), "{subject}");
    }
}

/// What the service is told of ada for each name by which it asks for her, under each policy for it.
#[tokio::test]
async fn a_subject_makes_us_tell_no_name_that_the_policy_for_the_service_does_not() {
    let none = None;
    let (mail, old) = (of_format(EMAIL, "ada@example.org"), of_format(EMAIL, "ada@old.example.org"));
    let unspecified = of_format(UNSPECIFIED, "ada");
    for (ours, policy, subject, told) in [
        (&[NameIdFormat::Persistent][..], none.clone(), &mail, PERSISTENT),
        (&[NameIdFormat::Persistent], none.clone(), &old, PERSISTENT),
        (&[NameIdFormat::Persistent], none.clone(), &unspecified, PERSISTENT),
        (&[NameIdFormat::Persistent, NameIdFormat::EmailAddress], none.clone(), &mail, EMAIL),
        (&[NameIdFormat::Persistent, NameIdFormat::EmailAddress], none.clone(), &old, PERSISTENT),
        (&[NameIdFormat::EmailAddress], none.clone(), &old, EMAIL),
        (&[NameIdFormat::EmailAddress], none.clone(), &unspecified, EMAIL),
        (&[NameIdFormat::Persistent], Some(NameIdFormat::EmailAddress), &mail, EMAIL),
        (&[NameIdFormat::Persistent], Some(NameIdFormat::EmailAddress), &unspecified, EMAIL),
        (&[NameIdFormat::Persistent], Some(NameIdFormat::Unspecified), &unspecified, UNSPECIFIED),
        (&[NameIdFormat::Unspecified], none.clone(), &unspecified, UNSPECIFIED),
    ] {
        let peer = SpPeerPolicy { name_id_format: policy.clone(), ..SpPeerPolicy::default() };
        let formats = ours.to_vec();
        let change = |config: &mut IdentityProviderConfig| config.name_id_formats = formats;
        let idp = built(metadata("", ""), peer, change, Arc::new(Two::default()));
        let (code, name) = sign_in(&idp, &waiting(&idp, "", subject).await, "ada").await;
        let value = match told {
            EMAIL => "ada@example.org".to_owned(),
            PERSISTENT => persistent(&idp, "ada"),
            _ => "ada".to_owned(),
        };
        let name = name.unwrap();
        assert_eq!(code, StatusCode::Success);
        assert_eq!((name.format.unwrap().uri(), name.value), (told, value), "{ours:?} {policy:?} {subject}");
    }
}

#[tokio::test]
async fn a_policy_may_ask_for_another_kind_of_name_of_the_same_person() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    let policy = |format: &str| format!("<samlp:NameIDPolicy Format=\"{format}\"/>");
    for (asked, expected) in [(PERSISTENT, PERSISTENT), (UNSPECIFIED, PERSISTENT), (EMAIL, EMAIL)] {
        let content = format!("{}{}", of_format(EMAIL, "ada@old.example.org"), policy(asked));
        let (code, name) = sign_in(&idp, &waiting(&idp, "", &content).await, "ada").await;
        let format = name.unwrap().format.unwrap();
        assert_eq!((code, format.uri()), (StatusCode::Success, expected), "{asked}");
        let (code, name) = sign_in(&idp, &waiting(&idp, "", &content).await, "bob").await;
        assert_eq!((code, name), (StatusCode::UnknownPrincipal, None), "{asked}");
    }
}

#[tokio::test]
async fn only_a_name_that_people_type_fills_the_form() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    let long = "a".repeat(257);
    for (subject, shown) in [
        (of_format(EMAIL, "ada@example.org"), "ada@example.org"),
        (of_format(EMAIL, "nobody@example.org"), "nobody@example.org"),
        (of_format(UNSPECIFIED, "ada"), "ada"),
        (named("", "ada"), "ada"),
        (of_format(PERSISTENT, "ada"), ""),
        (of_format(TRANSIENT, "ada"), ""),
        (of_format(X509, "ada"), ""),
        (of_format("urn:other", "ada"), ""),
        (format!("<saml:Subject>{ENCRYPTED}</saml:Subject>"), ""),
        (named("", &long), ""),
        (named("", "ada\u{202E}nosrep"), ""),
        (String::new(), ""),
    ] {
        let token = waiting(&idp, "", &subject).await;
        let form = form(&idp, &token).await;
        let transaction = idp.transaction(sent(&form, &browser()), now()).await.unwrap();
        assert_eq!(transaction.suggested_user_name(), shown, "{subject}");
    }
}

#[tokio::test]
async fn conditions_bind_nobody() {
    let idp = identity_provider_of(Arc::new(Two::default()));
    for conditions in [
        "<saml:Conditions/>",
        "<saml:Conditions NotOnOrAfter=\"2026-11-20T12:00:01Z\"><saml:OneTimeUse/></saml:Conditions>",
        "<saml:Conditions><saml:AudienceRestriction><saml:Audience>urn:other</saml:Audience>\
         </saml:AudienceRestriction></saml:Conditions>",
    ] {
        let (code, name) = sign_in(&idp, &waiting(&idp, "", conditions).await, "ada").await;
        assert_eq!((code, name.is_some()), (StatusCode::Success, true), "{conditions}");
    }
}
