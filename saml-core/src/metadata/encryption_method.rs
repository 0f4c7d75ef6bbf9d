//! Floor 5: what an entity can decrypt. May import `base`, `xml` and `assertion`.

use super::empty_part::optional;
use crate::xml::names::{ds, md, xenc, xenc11};
use crate::xml::schema::{text, text_of_type, unsigned, uri};
use crate::xml::{Element, ElementReader, SchemaError, Writer};

/// An algorithm that the owner of a key can decrypt [Metadata §2.4.1.1], of type `xenc:EncryptionMethodType`.
///
/// Nothing says that it is strong enough to be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncryptionMethod {
    /// The URI of the algorithm.
    pub algorithm: String,
    /// The size of its key in bits, where the algorithm leaves that open.
    pub key_size: Option<u32>,
    /// Base64 of the label of RSA-OAEP, as it was.
    pub oaep_params: Option<String>,
    /// The URI of the digest of RSA-OAEP.
    pub digest_method: Option<String>,
    /// The URI of the mask generation function of RSA-OAEP.
    pub mask_generation_function: Option<String>,
}

impl EncryptionMethod {
    /// Parameters of other algorithms are passed over.
    pub(super) fn read(element: Element<'_>) -> Result<Self, SchemaError> {
        let mut reader = ElementReader::new(element);
        let algorithm = reader.parse_required_attribute("Algorithm", uri)?;
        let key_size = optional(&mut reader, xenc::KEY_SIZE, |element| text_of_type(element, unsigned))?;
        let oaep_params = optional(&mut reader, xenc::OAEP_PARAMS, text)?;
        let (mut digest_method, mut mask_generation_function) = (None, None);
        while let Some(parameter) = reader.next_any()? {
            let known = if parameter.is(ds::DIGEST_METHOD) {
                &mut digest_method
            } else if parameter.is(xenc11::MGF) {
                &mut mask_generation_function
            } else {
                continue;
            };
            let algorithm = ElementReader::new(parameter).parse_required_attribute("Algorithm", uri)?;
            if known.replace(algorithm).is_some() {
                return Err(SchemaError::unexpected_element(element, parameter));
            }
        }
        reader.finish_open_attributes()?;
        Ok(Self { algorithm, key_size, oaep_params, digest_method, mask_generation_function })
    }

    pub(super) fn write(&self, writer: &mut Writer) {
        writer.start(md::ENCRYPTION_METHOD);
        writer.attribute("Algorithm", &self.algorithm);
        writer.text_element_opt(xenc::KEY_SIZE, self.key_size.map(|size| size.to_string()).as_deref());
        writer.text_element_opt(xenc::OAEP_PARAMS, self.oaep_params.as_deref());
        let parameters =
            [(ds::DIGEST_METHOD, &self.digest_method), (xenc11::MGF, &self.mask_generation_function)];
        for (name, algorithm) in parameters {
            if let Some(algorithm) = algorithm {
                writer.start(name);
                writer.attribute("Algorithm", algorithm);
                writer.end();
            }
        }
        writer.end();
    }
}
