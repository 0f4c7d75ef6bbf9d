//! What white space and emptiness mean at each place of a message that has a type.

use std::collections::BTreeSet;

use super::examples::*;
use crate::assertion::tests::lexical::{ASSERTION, Empty, Kind, Place, require, require_all, tree};
use crate::assertion::tests::source::Source;
use crate::protocol::*;
use crate::xml::XmlElement;

/// The places that protocols add to those of assertions.
const PROTOCOL: [Place; 21] = [
    ("*", "Destination", Kind::Uri, Empty::Kept),
    ("*", "Consent", Kind::Uri, Empty::Kept),
    ("*", "ForceAuthn", Kind::Form, Empty::Refused),
    ("*", "IsPassive", Kind::Form, Empty::Refused),
    ("*", "AssertionConsumerServiceIndex", Kind::Form, Empty::Refused),
    ("*", "AssertionConsumerServiceURL", Kind::Uri, Empty::Kept),
    ("*", "ProtocolBinding", Kind::Uri, Empty::Kept),
    ("*", "AttributeConsumingServiceIndex", Kind::Form, Empty::Refused),
    ("*", "ProviderName", Kind::String, Empty::Kept),
    ("*", "AllowCreate", Kind::Form, Empty::Refused),
    ("*", "Comparison", Kind::Word, Empty::Refused),
    ("*", "ProxyCount", Kind::Form, Empty::Refused),
    ("RequesterID", "", Kind::Uri, Empty::Refused),
    ("IDPEntry", "ProviderID", Kind::Uri, Empty::Refused),
    ("IDPEntry", "Name", Kind::String, Empty::Kept),
    ("IDPEntry", "Loc", Kind::Uri, Empty::Kept),
    ("GetComplete", "", Kind::Uri, Empty::Refused),
    ("StatusCode", "Value", Kind::Uri, Empty::Refused),
    ("StatusMessage", "", Kind::String, Empty::Absent),
    ("SessionIndex", "", Kind::String, Empty::Refused),
    // The schema's type is xs:string, whatever the text of the specification says of URIs.
    ("LogoutRequest", "Reason", Kind::String, Empty::Kept),
];

const ARTIFACT: [Place; 1] = [("Artifact", "", Kind::String, Empty::Refused)];

/// The documents of one message, read as it.
macro_rules! met {
    ($met:ident, $($message:ident: $type:ident;)+) => {$(
        let documents: Vec<XmlElement> =
            (0..8).map(|turn| tree(|writer| $message(&mut Source::full(turn)).write(writer))).collect();
        $met.extend(require(&documents, &[&PROTOCOL, &ARTIFACT, &ASSERTION], &|element| $type::read(element)));
    )+};
}

#[test]
fn each_place_of_a_message_does_with_white_space_what_its_type_says() {
    let mut met = BTreeSet::new();
    met! {
        met,
        authn_request: AuthnRequest;
        response: Response;
        logout_request: LogoutRequest;
        logout_response: LogoutResponse;
        artifact_resolve: ArtifactResolve;
        artifact_response: ArtifactResponse;
    }
    require_all(&met, &[&PROTOCOL, &ARTIFACT]);
}
