//! Floor 1: how a message travels.

use super::uri_vocabulary::uri_vocabulary;

uri_vocabulary! {
    /// The identifier of a protocol binding [Bindings §3], as requests and metadata name it.
    ///
    /// Does not promise that the binding is supported; an unknown one is kept as it was written.
    Binding {
        /// HTTP Redirect [Bindings §3.4].
        HttpRedirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
        /// HTTP POST [Bindings §3.5].
        HttpPost = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        /// HTTP POST with a detached signature [SimpleSign §2].
        HttpPostSimpleSign = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST-SimpleSign",
        /// HTTP Artifact [Bindings §3.6].
        HttpArtifact = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Artifact",
        /// SOAP over HTTP [Bindings §3.2].
        Soap = "urn:oasis:names:tc:SAML:2.0:bindings:SOAP",
        /// Reverse SOAP, the enhanced client's [Bindings §3.3].
        Paos = "urn:oasis:names:tc:SAML:2.0:bindings:PAOS",
        /// SAML URI [Bindings §3.7].
        Uri = "urn:oasis:names:tc:SAML:2.0:bindings:URI",
    }
}
