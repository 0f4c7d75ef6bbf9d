//! Floor 5: how a principal was authenticated. May import `base` and `xml`.

use crate::base::uri_vocabulary;
use crate::xml::names::saml;
use crate::xml::schema::{any_number, optional, text_of_type, uri_text, word};
use crate::xml::{Element, ElementReader, KeptElement, SchemaError, Writer};

uri_vocabulary! {
    /// A class of authentication methods [AuthnContext §3.4].
    ///
    /// Peers invent their own (ADFS-05, `REFEDS` profiles): nothing orders the classes, and none is stronger than
    /// another by itself.
    AuthnContextClassRef {
        /// Known from the address it came from.
        InternetProtocol = "urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocol",
        /// Known from the address it came from, and by a password.
        InternetProtocolPassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:InternetProtocolPassword",
        /// By a Kerberos ticket.
        Kerberos = "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos",
        /// By an unregistered mobile device.
        MobileOneFactorUnregistered = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileOneFactorUnregistered",
        /// By an unregistered mobile device, and a second factor.
        MobileTwoFactorUnregistered = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorUnregistered",
        /// By a contract customer's mobile device.
        MobileOneFactorContract = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileOneFactorContract",
        /// By a contract customer's mobile device, and a second factor.
        MobileTwoFactorContract = "urn:oasis:names:tc:SAML:2.0:ac:classes:MobileTwoFactorContract",
        /// By a password over an unprotected connection.
        Password = "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
        /// By a password over a protected connection.
        PasswordProtectedTransport = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
        /// By an earlier authentication that is still remembered.
        PreviousSession = "urn:oasis:names:tc:SAML:2.0:ac:classes:PreviousSession",
        /// By a signature with a key from an X.509 public key infrastructure.
        X509 = "urn:oasis:names:tc:SAML:2.0:ac:classes:X509",
        /// By a signature with a key from a PGP web of trust.
        Pgp = "urn:oasis:names:tc:SAML:2.0:ac:classes:PGP",
        /// By a signature with a key from an SPKI infrastructure.
        Spki = "urn:oasis:names:tc:SAML:2.0:ac:classes:SPKI",
        /// By an XML signature.
        XmlDSig = "urn:oasis:names:tc:SAML:2.0:ac:classes:XMLDSig",
        /// By a smart card.
        Smartcard = "urn:oasis:names:tc:SAML:2.0:ac:classes:Smartcard",
        /// By a smart card and a PIN.
        SmartcardPki = "urn:oasis:names:tc:SAML:2.0:ac:classes:SmartcardPKI",
        /// By a key in software, under a PIN.
        SoftwarePki = "urn:oasis:names:tc:SAML:2.0:ac:classes:SoftwarePKI",
        /// By a telephone number.
        Telephony = "urn:oasis:names:tc:SAML:2.0:ac:classes:Telephony",
        /// By a telephone number abroad.
        NomadTelephony = "urn:oasis:names:tc:SAML:2.0:ac:classes:NomadTelephony",
        /// By a telephone number and a user suffix.
        PersonalTelephony = "urn:oasis:names:tc:SAML:2.0:ac:classes:PersonalTelephony",
        /// By a telephone number and a password.
        AuthenticatedTelephony = "urn:oasis:names:tc:SAML:2.0:ac:classes:AuthenticatedTelephony",
        /// By the Secure Remote Password protocol.
        SecureRemotePassword = "urn:oasis:names:tc:SAML:2.0:ac:classes:SecureRemotePassword",
        /// By a TLS client certificate.
        TlsClient = "urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient",
        /// By a token that shows a number that changes with time.
        TimeSyncToken = "urn:oasis:names:tc:SAML:2.0:ac:classes:TimeSyncToken",
        /// The issuer doesn't say.
        Unspecified = "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified",
    }
}

/// How, and with whose help, a principal was authenticated [Core §2.7.2.2].
///
/// Read from a message it has a class, a declaration, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnContext {
    /// The class of the method.
    pub class_ref: Option<AuthnContextClassRef>,
    /// A description of the method; beside a class it conforms to it.
    pub declaration: Option<AuthnContextDeclaration>,
    /// Authorities that were involved besides the issuer, by entity identifier; the text isn't checked.
    pub authenticating_authorities: Vec<String>,
}

/// A description of an authentication method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthnContextDeclaration {
    /// The description itself, `AuthnContextDecl`, as it was.
    Value(KeptElement),
    /// A URI that stands for it, `AuthnContextDeclRef`.
    Reference(String),
}

impl AuthnContext {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let class_ref = optional(&mut reader, saml::AUTHN_CONTEXT_CLASS_REF, AuthnContextClassRef::read)?;
        let declaration = AuthnContextDeclaration::read_optional(&mut reader)?;
        if class_ref.is_none() && declaration.is_none() {
            // Neither of them is next. This call fails and names the missing element.
            reader.required(saml::AUTHN_CONTEXT_CLASS_REF)?;
        }
        let authenticating_authorities = any_number(&mut reader, saml::AUTHENTICATING_AUTHORITY, uri_text)?;
        reader.finish()?;
        Ok(Self { class_ref, declaration, authenticating_authorities })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(saml::AUTHN_CONTEXT);
        if let Some(class_ref) = &self.class_ref {
            writer.text_element(saml::AUTHN_CONTEXT_CLASS_REF, class_ref.uri());
        }
        if let Some(declaration) = &self.declaration {
            declaration.write(writer);
        }
        for authority in &self.authenticating_authorities {
            writer.text_element(saml::AUTHENTICATING_AUTHORITY, authority);
        }
        writer.end();
    }
}

impl AuthnContextClassRef {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        text_of_type(element, word(Self::from_uri))
    }
}

impl AuthnContextDeclaration {
    fn read_optional(reader: &mut ElementReader<'_>) -> Result<Option<Self>, SchemaError> {
        if let Some(element) = reader.optional(saml::AUTHN_CONTEXT_DECL)? {
            return Ok(Some(Self::Value(KeptElement::read(element))));
        }
        optional(reader, saml::AUTHN_CONTEXT_DECL_REF, |element| uri_text(element).map(Self::Reference))
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Value(element) => element.write(writer),
            Self::Reference(uri) => writer.text_element(saml::AUTHN_CONTEXT_DECL_REF, uri),
        }
    }
}
