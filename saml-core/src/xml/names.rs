//! Floor 2: the namespaces of SAML and its companions, and the names in them. Imports nothing of this crate.

pub mod ds;
pub mod dsig11;
pub mod md;
pub mod saml;
pub mod samlp;
pub mod soap;
pub mod xenc;
pub mod xenc11;
pub mod xsi;

/// SAML assertions [Core §1.2].
pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
/// SAML protocols [Core §1.2].
pub const SAMLP: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
/// SAML metadata [Meta §1.1].
pub const MD: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
/// XML Signature (XMLDSig).
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
/// XML Signature 1.1.
pub const DSIG11: &str = "http://www.w3.org/2009/xmldsig11#";
/// XML Encryption (XMLEnc).
pub const XENC: &str = "http://www.w3.org/2001/04/xmlenc#";
/// XML Encryption 1.1.
pub const XENC11: &str = "http://www.w3.org/2009/xmlenc11#";
/// Exclusive canonicalisation, whose `InclusiveNamespaces` element lives here too.
pub const EXC_C14N: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
/// XML Schema instance attributes.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// XML Schema types.
pub const XS: &str = "http://www.w3.org/2001/XMLSchema";
/// The namespace of the prefix `xml`.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
/// The namespace of namespace declarations.
pub const XMLNS: &str = "http://www.w3.org/2000/xmlns/";
/// SOAP 1.1 envelopes.
pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
/// The enhanced client or proxy profile [Prof §4.2].
pub const ECP: &str = "urn:oasis:names:tc:SAML:2.0:profiles:SSO:ecp";
/// Reverse HTTP for SOAP (PAOS).
pub const PAOS: &str = "urn:liberty:paos:2003-08";
/// Metadata extensions for login and discovery user interface (MDUI).
pub const MDUI: &str = "urn:oasis:names:tc:SAML:metadata:ui";
/// Metadata extensions for registration and publication (MDRPI).
pub const MDRPI: &str = "urn:oasis:names:tc:SAML:metadata:rpi";
/// Metadata extension for entity attributes (MetaAttr).
pub const MDATTR: &str = "urn:oasis:names:tc:SAML:metadata:attribute";
/// Metadata profile for algorithm support (MetaAlg).
pub const ALG: &str = "urn:oasis:names:tc:SAML:metadata:algsupport";
/// Identity provider discovery (IdPDisco).
pub const IDPDISC: &str = "urn:oasis:names:tc:SAML:profiles:SSO:idp-discovery-protocol";
/// Request initiation (SPInit).
pub const INIT: &str = "urn:oasis:names:tc:SAML:profiles:SSO:request-init";
/// Shibboleth metadata extensions (`Scope`).
pub const SHIBMD: &str = "urn:mace:shibboleth:metadata:1.0";
/// Asynchronous logout (AsyncSLO).
pub const ASLO: &str = "urn:oasis:names:tc:SAML:2.0:protocol:ext:async-slo";
/// The X.500/LDAP attribute profile [Prof §8.2].
pub const X500: &str = "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500";

/// Defines one [`QName`](crate::xml::QName) per element, documented with its written form.
macro_rules! elements {
    ($prefix:literal, $namespace:expr; $($name:ident = $local:literal,)*) => {
        $(
            #[doc = concat!("`", $prefix, ":", $local, "`.")]
            pub const $name: $crate::xml::QName<'static> = $crate::xml::QName::new($prefix, $namespace, $local);
        )*
    };
}
pub(crate) use elements;
