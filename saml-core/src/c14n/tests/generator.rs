//! Documents out of a seed: nasty, well-formed, and the same each time.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Numbers that look random; the generator of Knuth's MMIX.
pub(super) struct Seeded(u64);

impl Seeded {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(1))
    }

    /// A number below `bound`.
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

// No ampersand in a namespace URI: libxml2 writes it unescaped, and its form is no XML.
const PREFIXES: [&str; 6] = ["", "p", "q", "ds", "é", "p2"];
const URIS: [&str; 6] = [
    "urn:a",
    "urn:b",
    "http://example.org/?a=1;b",
    "urn:a:long",
    "http://www.w3.org/2000/09/xmldsig#",
    "urn:A",
];
const LOCALS: [&str; 6] = ["a", "b", "Response", "é", "a-b.c", "_"];
const VALUES: [&str; 12] = [
    "",
    "v",
    "&#9;",
    "&#10;",
    "&#13;",
    "\t\n",
    "\r\n",
    "&quot;&apos;",
    "&amp;&lt;>",
    "é€😀",
    "&#x1F600;",
    " two  words ",
];
const TEXTS: [&str; 11] = [
    "t",
    " ",
    "\r\n",
    "&#13;",
    "&#xD;\n\t",
    "&amp;&lt;&gt;&quot;&apos;",
    "> \"'",
    "<![CDATA[<&]]>",
    "é€😀\u{FEFF}",
    "&#x85;&#x2028;",
    "<![CDATA[]]]]><![CDATA[>]]>",
];
const BETWEEN: [&str; 5] = [" ", "  ", "\n", "\t", "\r\n "];

/// A document with an apex somewhere inside, and for each method a document whose root is that apex with all that it
/// inherits written out: canonicalised as a whole it must give what the apex gives.
pub(super) struct Generated {
    pub(super) document: String,
    pub(super) exclusive: String,
    pub(super) inclusive_10: String,
    pub(super) inclusive_11: String,
}

type Scope = BTreeMap<&'static str, &'static str>;

/// A start tag to be: names to values, as they are written.
#[derive(Clone, Default)]
struct StartTag {
    name: String,
    declarations: BTreeMap<&'static str, &'static str>,
    /// By expanded name, which must be unique, and the name as it is written.
    attributes: BTreeMap<(&'static str, &'static str), (String, String)>,
}

impl StartTag {
    /// Writes it: half of all tags with their parts in an arbitrary order and much white space, the others in canonical
    /// form, except perhaps for their declarations and references.
    fn write(&self, seeded: &mut Seeded, xml: &mut String) {
        let is_plain = seeded.one_in(2);
        let sign = if is_plain { "=" } else { " =" };
        let mut parts: Vec<String> = self
            .declarations
            .iter()
            .map(|(prefix, uri)| {
                if prefix.is_empty() { format!("xmlns='{uri}'") } else { format!("xmlns:{prefix}=\"{uri}\"") }
            })
            .chain(self.attributes.values().map(|(name, value)| {
                if value.contains('"') {
                    format!("{name}{sign}'{value}'")
                } else {
                    format!("{name}{sign}\"{value}\"")
                }
            }))
            .collect();
        write!(xml, "<{}", self.name).unwrap();
        while !parts.is_empty() {
            let (between, next) =
                if is_plain { (" ", 0) } else { (seeded.pick(&BETWEEN), seeded.below(parts.len())) };
            xml.push_str(between);
            xml.push_str(&parts.remove(next));
        }
        xml.push('>');
    }
}

/// A start tag within `outer`, and the scope within it.
fn start_tag(seeded: &mut Seeded, outer: &Scope) -> (StartTag, Scope) {
    let mut tag = StartTag::default();
    let mut scope = outer.clone();
    while seeded.one_in(2) {
        let prefix = seeded.pick(&PREFIXES);
        let uri = if prefix.is_empty() && seeded.one_in(3) { "" } else { seeded.pick(&URIS) };
        tag.declarations.insert(prefix, uri);
        scope.insert(prefix, uri);
    }
    let bound: Vec<&'static str> = scope.keys().copied().collect();
    let prefix = if bound.is_empty() { "" } else { seeded.pick(&bound) };
    tag.name = qualified(prefix, seeded.pick(&LOCALS));
    while !seeded.one_in(3) {
        let local = seeded.pick(&LOCALS);
        let prefix = if bound.is_empty() || seeded.one_in(2) { "" } else { seeded.pick(&bound) };
        let uri = if prefix.is_empty() { "" } else { scope[prefix] };
        let value = (0..seeded.below(4)).map(|_| seeded.pick(&VALUES)).collect();
        tag.attributes.insert((uri, local), (qualified(prefix, local), value));
    }
    for (local, values) in [("lang", ["en", "de", ""]), ("space", ["preserve", "default", "preserve"])] {
        if seeded.one_in(5) {
            let value = seeded.pick(&values).to_owned();
            tag.attributes.insert(("xml", local), (format!("xml:{local}"), value));
        }
    }
    (tag, scope)
}

fn qualified(prefix: &str, local: &str) -> String {
    if prefix.is_empty() { local.to_owned() } else { format!("{prefix}:{local}") }
}

/// Text, comments, instructions and elements.
fn content(seeded: &mut Seeded, scope: &Scope, depth: usize, xml: &mut String) {
    for _ in 0..seeded.below(5) {
        match seeded.below(8) {
            0..4 => xml.push_str(seeded.pick(&TEXTS)),
            4 => xml.push_str(seeded.pick(&["<!---->", "<!-- <&>\r\n -->", "<!--é-->"])),
            5 => xml.push_str(seeded.pick(&["<?p?>", "<?p  <&>\r\n ?>", "<?é q?>"])),
            _ if depth > 0 => element(seeded, scope, depth - 1, xml),
            _ => xml.push_str("<leaf/>"),
        }
    }
}

/// An element, and perhaps the same octets again: where its prefixes mean the same, and where some mean something else.
fn element(seeded: &mut Seeded, outer: &Scope, depth: usize, xml: &mut String) {
    let start = xml.len();
    one_element(seeded, outer, depth, xml);
    let again = xml.get(start..).unwrap().to_owned();
    match seeded.below(8) {
        0 => xml.push_str(&again),
        1 => write!(xml, "<w>{again}</w><w xmlns:p='urn:w' xmlns='urn:v'>{again}</w><w>{again}</w>").unwrap(),
        _ => {}
    }
}

fn one_element(seeded: &mut Seeded, outer: &Scope, depth: usize, xml: &mut String) {
    let (tag, scope) = start_tag(seeded, outer);
    tag.write(seeded, xml);
    if seeded.one_in(6) {
        // An empty-element tag.
        xml.truncate(xml.len() - 1);
        xml.push_str("/>");
        return;
    }
    content(seeded, &scope, depth, xml);
    write!(xml, "</{}>", tag.name).unwrap();
}

impl Generated {
    pub(super) fn new(seed: u64) -> Self {
        let seeded = &mut Seeded::new(seed);
        let mut before = seeded.pick(&["", "<?xml version='1.0'?>", "<!-- b -->\n<?b b?>"]).to_owned();
        let mut scope = Scope::new();
        let mut ancestors: Vec<StartTag> = Vec::new();
        for _ in 0..=seeded.below(4) {
            let (tag, within) = start_tag(seeded, &scope);
            tag.write(seeded, &mut before);
            content(seeded, &within, 2, &mut before);
            scope = within;
            ancestors.push(tag);
        }
        let (mut tag, within) = start_tag(seeded, &scope);
        tag.attributes.insert(("", "ID"), ("ID".to_owned(), "apex".to_owned()));
        let mut kept = String::new();
        content(seeded, &within, 3, &mut kept);
        let mut omitted = String::from("<ds:Omit xmlns:ds='urn:o' xmlns='urn:o' ID='omit'>");
        content(seeded, &within, 2, &mut omitted);
        omitted.push_str("</ds:Omit>");
        let mut rest = String::new();
        content(seeded, &within, 3, &mut rest);
        rest.push_str(&format!("</{}>", tag.name));

        let mut document = before;
        tag.write(seeded, &mut document);
        document.push_str(&format!("{kept}{omitted}{rest}"));
        for ancestor in ancestors.iter().rev() {
            content(seeded, &Scope::new(), 0, &mut document);
            document.push_str(&format!("</{}>", ancestor.name));
        }
        document.push_str(seeded.pick(&["", "\n", "<!--after-->\n<?after?>"]));

        let mut alone = |inherits: &[&str]| {
            let mut tag = tag.clone();
            tag.declarations = within.clone();
            for ancestor in ancestors.iter().rev() {
                for (&key, attribute) in &ancestor.attributes {
                    if key.0 == "xml" && inherits.contains(&key.1) {
                        tag.attributes.entry(key).or_insert_with(|| attribute.clone());
                    }
                }
            }
            let mut xml = String::new();
            tag.write(seeded, &mut xml);
            format!("{xml}{kept}{rest}")
        };
        Self {
            exclusive: alone(&[]),
            inclusive_10: alone(&["lang", "space"]),
            inclusive_11: alone(&["lang", "space"]),
            document,
        }
    }
}
