//! AuthnRequests as a service provider would write them, to be changed in one respect.

use saml_core::assertion::Issuer;
use saml_core::base::{Binding, RelayState, SamlInstant};
use saml_core::bindings::{MessageParameter, OutgoingMessage, redirect};
use saml_core::crypto::Signer;
use saml_core::dsig::{SigningOptions, sign_enveloped};
use saml_core::protocol::{AssertionConsumerServiceChoice, AuthnRequest, RequestAbstract};

use crate::message::{encode, fresh_id};
use crate::world::{Idp, Sp};

/// A good request of `sp` to `idp`.
#[must_use]
pub fn question(sp: &Sp, idp: &Idp, now: SamlInstant) -> AuthnRequest {
    let mut request = AuthnRequest::new(RequestAbstract::new(fresh_id(), now));
    request.request.destination = Some(idp.provider.config().sso_url());
    request.request.issuer = Some(Issuer::entity(&sp.provider.config().site.entity_id));
    request.assertion_consumer_service =
        AssertionConsumerServiceChoice::Url { url: sp.acs(), protocol_binding: Some(Binding::HttpPost) };
    request
}

/// The same request, changed.
#[must_use]
pub fn but(mut request: AuthnRequest, change: impl FnOnce(&mut AuthnRequest)) -> AuthnRequest {
    change(&mut request);
    request
}

/// The URL that carries it by Redirect, signed by `sp` if it has a key.
///
/// # Panics
/// It can't be written.
#[must_use]
pub fn redirect_url(request: &AuthnRequest, sp: &Sp, idp: &Idp, relay_state: Option<&str>) -> String {
    let signer = sp.signer.as_ref().map(|signer| &**signer as &dyn Signer);
    redirected(request.to_xml().unwrap().octets(), signer, idp, relay_state)
}

/// The URL that carries any XML by Redirect.
///
/// # Panics
/// It can't be written.
#[must_use]
pub fn redirected(xml: &[u8], signer: Option<&dyn Signer>, idp: &Idp, relay_state: Option<&str>) -> String {
    let relay_state = relay_state.map(|text| RelayState::try_from(text).unwrap());
    let message = OutgoingMessage {
        destination: &idp.provider.config().sso_url(),
        parameter: MessageParameter::SamlRequest,
        xml,
        relay_state: relay_state.as_ref(),
    };
    redirect::encode(&message, signer).unwrap()
}

/// The value of `SAMLRequest` that carries it by POST, signed by `sp` if it has a key.
///
/// # Panics
/// It can't be written.
#[must_use]
pub fn post_value(request: &AuthnRequest, sp: &Sp) -> String {
    let mut written = request.to_xml().unwrap();
    if let Some(signer) = &sp.signer {
        sign_enveloped(&mut written, request.request.id.as_str(), &**signer, SigningOptions::default())
            .unwrap();
    }
    encode(written.octets())
}
