//! The parameter of a message somewhere in JSON, such as the log of a browser (HAR) or of a server.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

/// A place in JSON where a message may be.
pub(super) enum Place {
    /// The value of a member that is called like the parameter, or of a pair of members `name` and `value`.
    Value(String),
    /// A text with the parameter in it: a URL, the body of a form.
    Text(String),
}

/// The places of this parameter, in the order of the text, at most `most`.
///
/// The text is walked once, and only matches are held.
pub(super) fn places_of(text: &str, name: &str, most: usize) -> Vec<Place> {
    let mut found = Vec::new();
    let assignment = format!("{name}=");
    let mut deserializer = serde_json::Deserializer::from_str(text);
    // Truncated JSON yields the matches before its end.
    let _outcome =
        Walk { name, assignment: &assignment, most, found: &mut found }.deserialize(&mut deserializer);
    found
}

/// Looks for a name among the members of objects.
struct Walk<'w> {
    name: &'w str,
    /// The name with the sign that follows it in queries and forms.
    assignment: &'w str,
    most: usize,
    found: &'w mut Vec<Place>,
}

impl Walk<'_> {
    const fn again(&mut self) -> Walk<'_> {
        Walk { name: self.name, assignment: self.assignment, most: self.most, found: self.found }
    }

    fn keep(&mut self, place: Place) {
        if self.found.len() < self.most {
            self.found.push(place);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Walk<'_> {
    /// The value, if it is a text.
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<String>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Walk<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_str<E>(mut self, text: &str) -> Result<Option<String>, E> {
        if text.contains(self.assignment) {
            self.keep(Place::Text(text.to_owned()));
        }
        Ok(Some(text.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<Option<String>, A::Error> {
        while items.next_element_seed(self.again())?.is_some() {}
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut members: A) -> Result<Option<String>, A::Error> {
        let (mut is_named, mut value) = (false, None);
        while let Some(key) = members.next_key::<String>()? {
            let text = members.next_value_seed(self.again())?;
            match (key.as_str(), text) {
                ("name", Some(text)) => is_named = text == self.name,
                ("value", Some(text)) => value = Some(text),
                (key, Some(text)) if key == self.name => self.keep(Place::Value(text)),
                _ => {}
            }
        }
        if let Some(value) = value.filter(|_| is_named) {
            self.keep(Place::Value(value));
        }
        Ok(None)
    }
}
