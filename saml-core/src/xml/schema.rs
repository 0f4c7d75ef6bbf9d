//! Floor 2: the occurrences and simple types that the schemas share. May import `base`.

use crate::base::{EntityId, MessageId, NonEmpty, SamlInstant};
use crate::xml::{
    Element, ElementReader, KeptElement, QName, SchemaError, Writer, collapsed, is_blank, trimmed,
};

/// Where any number of elements of other namespaces may stand, one at least: `any namespace="##other"`.
pub(crate) fn foreign_elements(element: Element<'_>) -> Result<NonEmpty<KeptElement>, SchemaError> {
    let mut reader = ElementReader::new(element);
    let mut elements = Vec::with_capacity(element.child_elements().count());
    while let Some(foreign) = reader.next_foreign()? {
        elements.push(KeptElement::read(foreign));
    }
    reader.finish()?;
    NonEmpty::from_vec(elements).ok_or_else(|| SchemaError::missing_element(element, &[], None))
}

/// `minOccurs="0" maxOccurs="1"`.
pub(crate) fn optional<T>(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
    read: impl FnOnce(Element<'_>) -> Result<T, SchemaError>,
) -> Result<Option<T>, SchemaError> {
    reader.optional(name)?.map(read).transpose()
}

/// `minOccurs="0" maxOccurs="unbounded"`.
pub(crate) fn any_number<T>(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
    mut read: impl FnMut(Element<'_>) -> Result<T, SchemaError>,
) -> Result<Vec<T>, SchemaError> {
    let Some(first) = reader.optional(name)? else { return Ok(Vec::new()) };
    let mut values = Vec::with_capacity(1 + reader.run(|child| child.is(name)));
    values.push(read(first)?);
    while let Some(element) = reader.optional(name)? {
        values.push(read(element)?);
    }
    Ok(values)
}

/// `maxOccurs="unbounded"`.
pub(crate) fn one_or_more<T>(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
    mut read: impl FnMut(Element<'_>) -> Result<T, SchemaError>,
) -> Result<NonEmpty<T>, SchemaError> {
    let first = read(reader.required(name)?)?;
    Ok(NonEmpty::from_parts(first, any_number(reader, name, read)?))
}

/// The text of an element of type `xs:string`, octet by octet, never trimmed. White space alone is no text
/// [Core §1.3.1].
pub(crate) fn text(element: Element<'_>) -> Result<String, SchemaError> {
    text_of_type(element, string)
}

/// The URI in an element of type `xs:anyURI`. An empty text is no URI [Core §1.3.2].
pub(crate) fn uri_text(element: Element<'_>) -> Result<String, SchemaError> {
    text_of_type(element, uri)
}

/// The text of an element of simple type, made a `T`.
pub(crate) fn text_of_type<T>(
    element: Element<'_>,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, SchemaError> {
    let text = ElementReader::new(element).finish_text()?;
    parse(&text).ok_or_else(|| SchemaError::text(element, &text))
}

/// `xs:string`, which is never trimmed, and holds more than white space [Core §1.3.1].
pub(crate) fn string(text: &str) -> Option<String> {
    (!is_blank(text)).then(|| text.to_owned())
}

/// `xs:anyURI`, whose white space collapses, and which isn't empty [Core §1.3.2].
pub(crate) fn uri(text: &str) -> Option<String> {
    Some(optional_uri(text)).filter(|uri| !uri.is_empty())
}

/// `xs:anyURI`, perhaps empty.
pub(crate) fn optional_uri(text: &str) -> String {
    collapsed(text).into_owned()
}

/// A word of a vocabulary of URIs, which isn't empty.
pub(crate) fn word<T>(from_uri: fn(&str) -> T) -> impl Fn(&str) -> Option<T> {
    move |text| {
        let uri = collapsed(text);
        (!uri.is_empty()).then(|| from_uri(&uri))
    }
}

/// A word of a vocabulary of URIs; an empty one is a word that nobody knows.
pub(crate) fn optional_word<T>(from_uri: fn(&str) -> T) -> impl Fn(&str) -> T {
    move |text| from_uri(&collapsed(text))
}

/// `Version`, which must be 2.0.
pub(crate) fn version(reader: &mut ElementReader<'_>) -> Result<(), SchemaError> {
    reader.parse_required_attribute("Version", |version| (version == VERSION).then_some(()))
}

/// The version of everything that is read and written [Core §2.3.3].
pub(crate) const VERSION: &str = "2.0";

/// `xs:dateTime` under the rules of [Core §1.3.3].
pub(crate) fn instant(text: &str) -> Option<SamlInstant> {
    SamlInstant::try_from(trimmed(text)).ok()
}

/// `xs:ID`, and the `xs:NCName` that refers to one. White space doesn't collapse here, although the type says so: the
/// identifier is signed, looked up and remembered exactly as it stands in the octets.
pub(crate) fn id(text: &str) -> Option<MessageId> {
    MessageId::try_from(text).ok()
}

/// The identifier of an entity where its type is `xs:anyURI`; an `Issuer` is a string and comes by [`text`].
pub(crate) fn entity_id(text: &str) -> Option<EntityId> {
    EntityId::try_from(trimmed(text)).ok()
}

/// `xs:boolean`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match trimmed(text) {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// `xs:unsignedShort` and `xs:nonNegativeInteger`: decimal digits only, within the range of `T`.
pub(crate) fn unsigned<T: std::str::FromStr>(text: &str) -> Option<T> {
    let text = trimmed(text);
    if text.bytes().all(|octet| octet.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// Writes an optional instant attribute.
pub(crate) fn write_instant(writer: &mut Writer, local: &'static str, instant: Option<SamlInstant>) {
    writer.attribute_opt(local, instant.map(|instant| instant.to_string()).as_deref());
}

/// Writes a boolean attribute whose absence means `false`, only where it is `true`.
pub(crate) fn write_flag(writer: &mut Writer, local: &'static str, flag: bool) {
    writer.attribute_opt(local, flag.then_some("true"));
}

/// Writes an optional number attribute.
pub(crate) fn write_number(writer: &mut Writer, local: &'static str, number: Option<impl ToString>) {
    writer.attribute_opt(local, number.map(|number| number.to_string()).as_deref());
}

/// Writes an optional boolean attribute whose absence means something of its own.
pub(crate) fn write_bool(writer: &mut Writer, local: &'static str, value: Option<bool>) {
    writer.attribute_opt(local, value.map(|value| if value { "true" } else { "false" }));
}

/// Writes one element for each text that isn't empty: an empty element says nothing, and AD FS refuses it (ADFS-06).
pub(crate) fn write_texts(
    writer: &mut Writer,
    name: QName<'static>,
    texts: impl IntoIterator<Item: AsRef<str>>,
) {
    for text in texts {
        let text = text.as_ref();
        writer.text_element_opt(name, (!text.is_empty()).then_some(text));
    }
}
