//! Messages with room for hostile content, unsigned or genuinely signed, and who receives them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use saml_core::assertion::Assertion;
use saml_core::base::{AssertionMaxAge, ClockSkew, EntityId, Limits, MessageId, SamlInstant};
use saml_core::c14n::{CanonicalizationMethod, PrefixList, canonicalize_element};
use saml_core::crypto::{DigestAlgorithm, PeerPolicy, Signer, digest};
use saml_core::protocol::Response;
use saml_core::trust::{DecryptionKeys, PeerKeys, Unverified};
use saml_core::validation::{
    Accepted, PendingRequest, Rejected, ResponseExpectation, SignatureDemand, Solicitation, accept_response,
};
use saml_core::xml::Document;
use saml_testkit::forge::Keyring;

pub const NOW: &str = "2026-11-20T12:00:00Z";
const IDP: &str = "https://idp.example.com/saml";
const SP: &str = "https://sp.example.com/saml";
const ACS: &str = "https://sp.example.com/saml/acs";
const REQUEST: &str = "_q";

/// The places for content. Empty ones are left out.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    pub extensions: String,
    pub detail: String,
    pub confirmations: String,
    pub confirmation_data: String,
    pub conditions: String,
    pub audiences: String,
    pub advice: String,
    pub statements: String,
    pub attributes: String,
}

fn around(tag: &str, content: &str) -> String {
    if content.is_empty() { String::new() } else { format!("<{tag}>{content}</{tag}>") }
}

impl Slots {
    /// The assertion, with room for its signature.
    pub fn assertion(&self, signature: &str) -> String {
        let Self {
            confirmations,
            confirmation_data,
            conditions,
            audiences,
            advice,
            statements,
            attributes,
            ..
        } = self;
        let data = format!(
            "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-11-20T12:05:00Z\" Recipient=\"{ACS}\" \
             InResponseTo=\"{REQUEST}\">{confirmation_data}</saml:SubjectConfirmationData>"
        );
        format!(
            "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" xmlns:x=\"urn:x\" \
             xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" ID=\"_a\" Version=\"2.0\" IssueInstant=\"{NOW}\">\
             <saml:Issuer>{IDP}</saml:Issuer>{signature}<saml:Subject><saml:NameID>ada@example.com</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">{data}\
             </saml:SubjectConfirmation>{confirmations}</saml:Subject>\
             <saml:Conditions><saml:AudienceRestriction><saml:Audience>{SP}</saml:Audience>{audiences}\
             </saml:AudienceRestriction>{conditions}</saml:Conditions>{}\
             <saml:AuthnStatement AuthnInstant=\"{NOW}\"><saml:AuthnContext><saml:AuthnContextClassRef>\
             urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext>\
             </saml:AuthnStatement>{statements}{}</saml:Assertion>",
            around("saml:Advice", advice),
            around("saml:AttributeStatement", attributes),
        )
    }

    /// The Response around an assertion, with room for its signature.
    pub fn response(&self, signature: &str, assertion: &str) -> String {
        format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" \
             xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" xmlns:x=\"urn:x\" ID=\"_r\" Version=\"2.0\" \
             IssueInstant=\"{NOW}\" Destination=\"{ACS}\" InResponseTo=\"{REQUEST}\">\
             <saml:Issuer>{IDP}</saml:Issuer>{signature}{}<samlp:Status>\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>{}</samlp:Status>{assertion}\
             </samlp:Response>",
            around("samlp:Extensions", &self.extensions),
            around("samlp:StatusDetail", &self.detail),
        )
    }
}

/// What of a Response is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Nothing,
    Response,
    Assertion,
    Both,
}

/// A service provider, and the identity provider whose key it knows.
pub struct Scene {
    keyring: Keyring,
    idp: EntityId,
    sp: EntityId,
    now: SamlInstant,
    keys: PeerKeys,
    policy: PeerPolicy,
    pub decryption_keys: DecryptionKeys,
    /// The request that waits for its answer.
    pub request: MessageId,
}

impl Scene {
    pub fn new() -> Self {
        let keyring = Keyring::rsa().unwrap();
        let keys = PeerKeys::new([keyring.keys().genuine.public_key().clone()]).unwrap();
        Self {
            keyring,
            idp: EntityId::try_from(IDP).unwrap(),
            sp: EntityId::try_from(SP).unwrap(),
            now: SamlInstant::try_from(NOW).unwrap(),
            keys,
            policy: PeerPolicy::default(),
            decryption_keys: DecryptionKeys::default(),
            request: MessageId::try_from(REQUEST).unwrap(),
        }
    }

    pub fn signer(&self) -> &dyn Signer {
        self.keyring.keys().genuine
    }

    pub const fn peer_keys(&self) -> &PeerKeys {
        &self.keys
    }

    pub const fn policy(&self) -> &PeerPolicy {
        &self.policy
    }

    /// The Response with that content.
    pub fn response(&self, slots: &Slots, signed: Signed) -> Vec<u8> {
        let assertion = match signed {
            Signed::Nothing | Signed::Response => slots.assertion(""),
            Signed::Assertion | Signed::Both => slots.assertion(&self.signature(&slots.assertion(""), "_a")),
        };
        let response = match signed {
            Signed::Nothing | Signed::Assertion => slots.response("", &assertion),
            Signed::Response | Signed::Both => {
                slots.response(&self.signature(&slots.response("", &assertion), "_r"), &assertion)
            }
        };
        response.into_bytes()
    }

    /// The signature over the element `id` of a document that lacks it.
    pub fn signature(&self, xml: &str, id: &str) -> String {
        let limits = Limits {
            octets: usize::MAX,
            canonical_octets: usize::MAX,
            nodes: usize::MAX,
            ..Limits::METADATA
        };
        let document =
            Document::parse(xml.as_bytes().to_vec(), &limits).unwrap_or_else(|error| panic!("{error}"));
        let element = document.element_by_id(id).unwrap();
        let method = CanonicalizationMethod::EXCLUSIVE;
        let mut octets = Vec::new();
        canonicalize_element(element, None, method, PrefixList::EMPTY, &limits, &mut octets).unwrap();
        let digest = digest(DigestAlgorithm::Sha256, &octets).unwrap();
        let ds = "http://www.w3.org/2000/09/xmldsig#";
        let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
        let method = |name: &str, uri: &str| format!("<ds:{name} Algorithm=\"{uri}\"></ds:{name}>");
        let content = format!(
            "{}{}<ds:Reference URI=\"#{id}\"><ds:Transforms>{}{}</ds:Transforms>{}<ds:DigestValue>{}</ds:DigestValue>\
             </ds:Reference></ds:SignedInfo>",
            method("CanonicalizationMethod", exclusive),
            method("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"),
            method("Transform", &format!("{ds}enveloped-signature")),
            method("Transform", exclusive),
            method("DigestMethod", "http://www.w3.org/2001/04/xmlenc#sha256"),
            STANDARD.encode(digest.as_octets()),
        );
        let value =
            self.signer().sign(format!("<ds:SignedInfo xmlns:ds=\"{ds}\">{content}").as_bytes()).unwrap();
        let value = STANDARD.encode(value);
        format!(
            "<ds:Signature xmlns:ds=\"{ds}\"><ds:SignedInfo>{content}<ds:SignatureValue>{value}</ds:SignatureValue>\
             </ds:Signature>"
        )
    }

    /// The service provider's decision.
    pub fn receive(&self, xml: Vec<u8>) -> Option<Result<Accepted<Assertion>, Rejected>> {
        let message = Unverified::<Response>::parse(xml, &Limits::MESSAGE).ok()?;
        let expectation = ResponseExpectation {
            service_provider: &self.sp,
            further_audiences: &[],
            affiliations: &[],
            metadata_valid_until: None,
            acs_url: ACS,
            idp: &self.idp,
            keys: &self.keys,
            policy: &self.policy,
            decryption_keys: &self.decryption_keys,
            signatures: SignatureDemand::ResponseOrAssertion,
            limits: &Limits::MESSAGE,
            clock_skew: ClockSkew::default(),
            assertion_max_age: AssertionMaxAge::default(),
            now: self.now,
        };
        let pending = PendingRequest {
            id: self.request.clone(),
            idp: self.idp.clone(),
            issued_at: self.now,
            expires_at: self.now.saturating_add(Duration::from_secs(600)),
            force_authn: false,
            requested_context: None,
        };
        Some(accept_response(message, &expectation, Solicitation::Pending(pending)))
    }
}
