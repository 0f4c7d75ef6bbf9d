use saml_core::base::{EntityId, MessageId};
use saml_core::protocol::NameIdPolicy;
use saml_core::validation::Verdict;

use super::*;
use crate::sp_peer::tests::metadata;
use crate::sso::tests::serving;
use crate::{PrincipalAttribute, SpPeerPolicy};

/// Metadata whose role has these children first.
fn listing(children: &str) -> Vec<u8> {
    let xml = String::from_utf8(metadata("", "")).unwrap();
    xml.replacen("<AssertionConsumerService", &format!("{children}<AssertionConsumerService"), 1).into_bytes()
}

fn asking(format: Option<NameIdFormat>) -> RoutedAuthnRequest {
    RoutedAuthnRequest {
        in_response_to: MessageId::try_from("_q").ok(),
        service_provider: EntityId::try_from("https://sp.example.com").unwrap(),
        acs_url: "https://sp.example.com/acs".to_owned(),
        subject: None,
        name_id_policy: Some(NameIdPolicy { format, sp_name_qualifier: None, allow_create: true }),
        force_authn: false,
        is_passive: false,
        requested_context: None,
        attribute_consuming_service_index: None,
        verdict: Verdict::default(),
    }
}

/// What decides the kind of name: the request, then our policy for the peer, then its metadata, then our default; and the
/// metadata among what we issue alone.
#[test]
fn the_kind_of_name_is_decided_by_request_then_policy_then_metadata_then_default() {
    use NameIdFormat::{EmailAddress, Encrypted, Kerberos, Persistent, Transient, Unspecified};
    let ours = [Persistent, Transient, EmailAddress];
    type Row<'a> =
        (Option<NameIdFormat>, Option<NameIdFormat>, &'a [NameIdFormat], bool, Option<NameIdFormat>);
    let rows: [Row<'_>; 16] = [
        // request, policy, metadata, whether the person has an address, and what they are called.
        (None, None, &[], true, Some(Persistent)),
        (None, None, &[Transient], true, Some(Transient)),
        (None, None, &[EmailAddress, Transient], true, Some(EmailAddress)),
        (None, None, &[EmailAddress, Transient], false, Some(Transient)),
        (None, None, &[EmailAddress], false, None),
        (None, None, &[Kerberos, Transient], true, Some(Transient)),
        (None, None, &[Kerberos], true, Some(Persistent)),
        (None, None, &[Unspecified, Transient], true, Some(Transient)),
        (None, Some(EmailAddress), &[Transient], true, Some(EmailAddress)),
        (None, Some(EmailAddress), &[Transient], false, None),
        (None, Some(Unspecified), &[Transient], true, Some(Unspecified)),
        (Some(Transient), Some(EmailAddress), &[Persistent], true, Some(Transient)),
        (Some(EmailAddress), Some(Transient), &[Transient], false, None),
        (Some(Unspecified), Some(EmailAddress), &[Transient], true, Some(EmailAddress)),
        (Some(Unspecified), None, &[Transient], true, Some(Transient)),
        (Some(Encrypted), None, &[Transient], true, Some(Transient)),
    ];
    for (asked, policy, listed, has_mail, expected) in rows {
        let formats: String =
            listed.iter().map(|format| format!("<NameIDFormat>{}</NameIDFormat>", format.uri())).collect();
        let peer = SpPeerPolicy { name_id_format: policy.clone(), ..SpPeerPolicy::default() };
        let idp = serving(listing(&formats), peer, |config| config.name_id_formats = ours.to_vec());
        let mail = PrincipalAttribute { name: "mail".to_owned(), values: vec!["ada@example.org".to_owned()] };
        let attributes = has_mail.then_some(mail).into_iter().collect();
        let person = Principal { user_name: "ada".to_owned(), attributes };
        let idp = idp.snapshot();
        let sp = &idp.service_providers().only().unwrap();
        let issued = issue(&idp, sp, &asking(asked.clone()), &person).ok();
        let format = issued.and_then(|name| name.format);
        assert_eq!(format, expected, "{asked:?} {policy:?} {listed:?} {has_mail}");
    }
}

/// What the metadata lists is chosen only among what our policy issues.
#[test]
fn metadata_widens_nothing() {
    let transient = format!("<NameIDFormat>{}</NameIDFormat>", NameIdFormat::Transient.uri());
    let idp = serving(listing(&transient), SpPeerPolicy::default(), |config| {
        config.name_id_formats = vec![NameIdFormat::Persistent];
    });
    let idp = idp.snapshot();
    let sp = &idp.service_providers().only().unwrap();
    assert_eq!(formats(&idp, sp), [NameIdFormat::Persistent]);
    let person = Principal { user_name: "ada".to_owned(), attributes: Vec::new() };
    let name = issue(&idp, sp, &asking(None), &person).ok().unwrap();
    assert_eq!(name.format, Some(NameIdFormat::Persistent));
}
