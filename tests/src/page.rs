//! Forms in our own pages, which are regular enough to be read without a parser.

use crate::url::resolve;

/// A form of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Where it posts to, absolute.
    pub action: String,
    /// Names and values of its inputs.
    pub fields: Vec<(String, String)>,
}

impl Form {
    /// The forms of a page at `url`.
    #[must_use]
    pub fn all(html: &str, url: &str) -> Vec<Self> {
        html.split("<form ")
            .skip(1)
            .map(|rest| {
                let (form, _) = rest.split_once("</form>").unwrap();
                let action = attribute(form, "action").unwrap();
                let inputs = form.split("<input ").skip(1);
                let fields = inputs.filter_map(|input| {
                    let input = input.split_once('>').unwrap().0;
                    Some((attribute(input, "name")?, attribute(input, "value").unwrap_or_default()))
                });
                Self { action: resolve(url, &action), fields: fields.collect() }
            })
            .collect()
    }

    /// The value of a field.
    ///
    /// # Panics
    /// There is no such field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        let field = self.fields.iter().find(|(known, _)| known == name);
        &field.unwrap_or_else(|| panic!("no field {name}")).1
    }

    /// The same form with a field filled in.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        let field = self.fields.iter_mut().find(|(known, _)| known == name);
        value.clone_into(&mut field.unwrap_or_else(|| panic!("no field {name}")).1);
        self
    }

    /// The same form without a field.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(known, _)| known != name);
        self
    }
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!("{name}=\""))?;
    let (value, _) = rest.split_once('"')?;
    Some(unescape(value))
}

/// The text without the references that our templates write, each resolved once.
#[must_use]
pub fn unescape(text: &str) -> String {
    const REFERENCES: [(&str, char); 9] = [
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&#39;", '\''),
        ("&lt;", '<'),
        ("&#60;", '<'),
        ("&gt;", '>'),
        ("&#62;", '>'),
        ("&#38;", '&'),
        ("&amp;", '&'),
    ];
    let mut resolved = String::new();
    let mut rest = text;
    while let Some(begin) = rest.find('&') {
        let (before, from) = rest.split_at(begin);
        resolved.push_str(before);
        match REFERENCES.iter().find(|(reference, _)| from.starts_with(reference)) {
            Some((reference, char)) => {
                resolved.push(*char);
                rest = &from[reference.len()..];
            }
            None => {
                resolved.push('&');
                rest = &from[1..];
            }
        }
    }
    resolved.push_str(rest);
    resolved
}
