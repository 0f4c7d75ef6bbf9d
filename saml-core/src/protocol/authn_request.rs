//! Floor 5: requests for authentication. May import `base`, `xml` and `assertion`.

use super::name_id_policy::NameIdPolicy;
use super::request_abstract::RequestAbstract;
use super::requested_authn_context::RequestedAuthnContext;
use super::scoping::Scoping;
use crate::assertion::{Conditions, Subject};
use crate::base::Binding;
use crate::xml::names::{saml, samlp};
use crate::xml::schema::{
    boolean, optional, optional_uri, optional_word, unsigned, write_flag, write_number,
};
use crate::xml::{Element, ElementReader, ExpandedName, SchemaError, Writer};

/// A request to authenticate the presenter and to say who it is [Core §3.4.1].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthnRequest {
    /// What all requests have.
    pub request: RequestAbstract,
    /// An earlier session doesn't do.
    pub force_authn: bool,
    /// The presenter must not notice.
    pub is_passive: bool,
    /// Where, and by which binding, the answer is wanted.
    pub assertion_consumer_service: AssertionConsumerServiceChoice,
    /// Which set of attributes is wanted, by its index in the requester's metadata.
    pub attribute_consuming_service_index: Option<u16>,
    /// A name of the requester for people.
    pub provider_name: Option<String>,
    /// Who is to be authenticated, if not anyone.
    pub subject: Option<Subject>,
    /// Which name identifier is wanted.
    pub name_id_policy: Option<NameIdPolicy>,
    /// Which conditions the assertion should have.
    pub conditions: Option<Conditions>,
    /// How the presenter should be authenticated.
    pub requested_authn_context: Option<RequestedAuthnContext>,
    /// By whom.
    pub scoping: Option<Scoping>,
}

/// Where an answer is wanted: an index excludes URL and binding [Core §3.4.1].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AssertionConsumerServiceChoice {
    /// At the default endpoint of the requester's metadata.
    #[default]
    Default,
    /// At the endpoint of this index in the requester's metadata.
    Index(u16),
    /// At this URL, by this binding if there is one. To be found in the requester's metadata before it is used.
    Url {
        /// The URL.
        url: String,
        /// The binding.
        protocol_binding: Option<Binding>,
    },
    /// At whatever endpoint has this binding.
    ProtocolBinding(Binding),
}

impl AuthnRequest {
    pub(crate) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::expect(element, samlp::AUTHN_REQUEST)?;
        let force_authn = reader.parse_attribute("ForceAuthn", boolean)?.unwrap_or(false);
        let is_passive = reader.parse_attribute("IsPassive", boolean)?.unwrap_or(false);
        let assertion_consumer_service = AssertionConsumerServiceChoice::read(&mut reader)?;
        let attribute_consuming_service_index =
            reader.parse_attribute("AttributeConsumingServiceIndex", unsigned)?;
        let provider_name = reader.attribute("ProviderName").map(str::to_owned);
        let request = RequestAbstract::read(&mut reader)?;
        let subject = optional(&mut reader, saml::SUBJECT, Subject::read)?;
        let name_id_policy = optional(&mut reader, samlp::NAME_ID_POLICY, NameIdPolicy::read)?;
        let conditions = optional(&mut reader, saml::CONDITIONS, Conditions::read)?;
        let requested_authn_context =
            optional(&mut reader, samlp::REQUESTED_AUTHN_CONTEXT, RequestedAuthnContext::read)?;
        let scoping = optional(&mut reader, samlp::SCOPING, Scoping::read)?;
        reader.finish()?;
        Ok(Self {
            request,
            force_authn,
            is_passive,
            assertion_consumer_service,
            attribute_consuming_service_index,
            provider_name,
            subject,
            name_id_policy,
            conditions,
            requested_authn_context,
            scoping,
        })
    }

    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.start(samlp::AUTHN_REQUEST);
        self.request.write_attributes(writer);
        write_flag(writer, "ForceAuthn", self.force_authn);
        write_flag(writer, "IsPassive", self.is_passive);
        self.assertion_consumer_service.write(writer);
        write_number(writer, "AttributeConsumingServiceIndex", self.attribute_consuming_service_index);
        writer.attribute_opt("ProviderName", self.provider_name.as_deref());
        self.request.write_children(writer);
        if let Some(subject) = &self.subject {
            subject.write(writer);
        }
        if let Some(name_id_policy) = &self.name_id_policy {
            name_id_policy.write(writer);
        }
        if let Some(conditions) = &self.conditions {
            conditions.write(writer);
        }
        if let Some(requested_authn_context) = &self.requested_authn_context {
            requested_authn_context.write(writer);
        }
        if let Some(scoping) = &self.scoping {
            scoping.write(writer);
        }
        writer.end();
    }
}

const INDEX: &str = "AssertionConsumerServiceIndex";
const URL: &str = "AssertionConsumerServiceURL";
const PROTOCOL_BINDING: &str = "ProtocolBinding";

impl AssertionConsumerServiceChoice {
    /// Refuses an index beside a URL or a binding, which the schema admits and [Core §3.4.1] forbids. Otherwise one
    /// part of a program could check the one, and another part answer to the other.
    fn read(reader: &mut ElementReader<'_>) -> Result<Self, SchemaError> {
        let index = reader.parse_attribute(INDEX, unsigned)?;
        let url = reader.attribute(URL).map(optional_uri);
        let protocol_binding = reader.attribute(PROTOCOL_BINDING).map(optional_word(Binding::from_uri));
        match (index, url, protocol_binding) {
            (None, None, None) => Ok(Self::Default),
            (Some(index), None, None) => Ok(Self::Index(index)),
            (None, Some(url), protocol_binding) => Ok(Self::Url { url, protocol_binding }),
            (None, None, Some(protocol_binding)) => Ok(Self::ProtocolBinding(protocol_binding)),
            (Some(_), Some(_), _) | (Some(_), None, Some(_)) => {
                Err(SchemaError::unexpected_attribute(reader.element(), ExpandedName::new("", INDEX)))
            }
        }
    }

    fn write(&self, writer: &mut Writer) {
        match self {
            Self::Default => {}
            Self::Index(index) => writer.attribute(INDEX, &index.to_string()),
            Self::Url { url, protocol_binding } => {
                writer.attribute_opt(PROTOCOL_BINDING, protocol_binding.as_ref().map(Binding::uri));
                writer.attribute(URL, url);
            }
            Self::ProtocolBinding(protocol_binding) => {
                writer.attribute(PROTOCOL_BINDING, protocol_binding.uri());
            }
        }
    }
}
