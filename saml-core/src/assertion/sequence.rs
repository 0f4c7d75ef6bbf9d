//! Floor 5: the occurrences and simple types that the three schemas share. May import `base` and `xml`.

use crate::base::{EntityId, MessageId, NonEmpty, SamlInstant};
use crate::xml::{Element, ElementReader, KeptElement, QName, SchemaError, Writer};

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

/// The whole text of an element of simple type, octet by octet, never trimmed.
pub(crate) fn text(element: Element<'_>) -> Result<String, SchemaError> {
    Ok(ElementReader::new(element).finish_text()?.into_owned())
}

/// `Version`, of which there is one.
pub(crate) fn version(reader: &mut ElementReader<'_>) -> Result<(), SchemaError> {
    reader.parse_required_attribute("Version", |version| (version == VERSION).then_some(()))
}

/// The version of everything that is read and written [Core §2.3.3].
pub(crate) const VERSION: &str = "2.0";

/// `xs:dateTime` under the rules of [Core §1.3.3].
pub(crate) fn instant(text: &str) -> Option<SamlInstant> {
    SamlInstant::try_from(text).ok()
}

/// `xs:ID`, and the `xs:NCName` that refers to one.
pub(crate) fn id(text: &str) -> Option<MessageId> {
    MessageId::try_from(text).ok()
}

/// The identifier of an entity.
pub(crate) fn entity_id(text: &str) -> Option<EntityId> {
    EntityId::try_from(text).ok()
}

/// `xs:boolean`.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" | "1" => Some(true),
        "false" | "0" => Some(false),
        _ => None,
    }
}

/// `xs:unsignedShort` and `xs:nonNegativeInteger`: decimal digits only, within the range of `T`.
pub(crate) fn unsigned<T: std::str::FromStr>(text: &str) -> Option<T> {
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

/// The texts of all elements of this name but the empty ones, which say nothing and are not written either (ADFS-06).
pub(crate) fn texts(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
) -> Result<Vec<String>, SchemaError> {
    let mut texts = any_number(reader, name, text)?;
    texts.retain(|text| !text.is_empty());
    Ok(texts)
}

/// The text of an element, if there is one that isn't empty: see [`texts`].
pub(crate) fn optional_text(
    reader: &mut ElementReader<'_>,
    name: QName<'static>,
) -> Result<Option<String>, SchemaError> {
    Ok(optional(reader, name, text)?.filter(|text| !text.is_empty()))
}

/// Writes one element for each text that isn't empty: see [`texts`].
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
