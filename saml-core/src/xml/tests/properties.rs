//! Round trips and mutations over generated documents, from fixed seeds.

use super::{accepted, parse};
use crate::xml::{OwnedName, Writer, XmlAttribute, XmlElement, XmlNode};

/// A small deterministic generator (xorshift): the same documents on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % sides
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.roll(from.len())]
    }
}

const NASTY: [&str; 22] = [
    "x",
    "<",
    ">",
    "&",
    "\"",
    "'",
    "\t",
    "\n",
    "\r",
    "\r\n",
    "]]>",
    "<!--",
    "-->",
    "<?p?>",
    "&amp;",
    "&#13;",
    "é",
    "\u{1F600}",
    "\u{85}",
    " ",
    "0123456789abcdef",
    "\u{FFFD}",
];
const LOCALS: [&str; 6] = ["a", "b", "Id-1", "é", "x.y", "aVeryLongNameThatNeedsMoreThanTwoLanes"];
/// Prefix and namespace; no prefix has two meanings, so that no tree asks for the impossible.
const BINDINGS: [(&str, &str); 5] = [
    ("", ""),
    ("p", "urn:p"),
    ("q", "urn:q?a=b&c='d'"),
    ("saml", "urn:oasis:names:tc:SAML:2.0:assertion"),
    ("longprefix", "urn:l"),
];

fn text(dice: &mut Dice) -> String {
    (0..dice.roll(6)).map(|_| dice.pick(&NASTY)).collect()
}

fn name(dice: &mut Dice) -> (String, OwnedName) {
    let (prefix, namespace) = BINDINGS[dice.roll(BINDINGS.len())];
    (prefix.to_owned(), OwnedName { namespace: namespace.into(), local: dice.pick(&LOCALS).to_owned() })
}

fn element(dice: &mut Dice, depth: usize) -> XmlElement {
    let (prefix, own_name) = name(dice);
    let mut attributes: Vec<XmlAttribute> = Vec::new();
    for _ in 0..dice.roll(12) {
        let (prefix, name) = name(dice);
        if attributes.iter().all(|known| known.name != name) {
            attributes.push(XmlAttribute { name, prefix, value: text(dice) });
        }
    }
    let mut children = Vec::new();
    for _ in 0..dice.roll(5) {
        let after_text = matches!(children.last(), Some(XmlNode::Text(_)));
        if depth < 6 && (after_text || dice.roll(2) == 0) {
            children.push(XmlNode::Element(element(dice, depth + 1)));
        } else if !after_text {
            let text = text(dice);
            if !text.is_empty() {
                children.push(XmlNode::Text(text));
            }
        }
    }
    XmlElement { name: own_name, prefix, declarations: Vec::new(), attributes, children }
}

fn written(tree: &XmlElement) -> Vec<u8> {
    let mut writer = Writer::new();
    tree.write(&mut writer);
    writer.finish().unwrap().into_octets()
}

#[test]
fn what_is_written_is_what_is_read() {
    let mut dice = Dice(0x5EED);
    for _ in 0..1000 {
        let tree = element(&mut dice, 0);
        let octets = written(&tree);
        let read = XmlElement::read(accepted(&octets).root());
        assert_eq!(read, tree, "{}", String::from_utf8_lossy(&octets));
        assert_eq!(written(&read), octets);
    }
}

#[test]
fn no_mutation_makes_the_parser_panic_or_disagree_with_itself() {
    let mut dice = Dice(0xF00D);
    let pieces: [&[u8]; 16] = [
        b"<",
        b">",
        b"&",
        b"'",
        b"\"",
        b"/",
        b"]]>",
        b"<!--",
        b"-->",
        b"<?",
        b"?>",
        b"\0",
        b"\xFF",
        b"xmlns:p=''",
        b"<![CDATA[",
        b":",
    ];
    let mut survivors = 0;
    for _ in 0..4000 {
        let mut octets = written(&element(&mut dice, 4));
        for _ in 0..=dice.roll(2) {
            let at = dice.roll(octets.len() + 1);
            let until = (at + dice.roll(3)).min(octets.len());
            let piece = if dice.roll(3) == 0 { &b""[..] } else { pieces[dice.roll(pieces.len())] };
            octets.splice(at..until, piece.iter().copied());
        }
        let Ok(document) = parse(&octets) else { continue };
        survivors += 1;
        // Whatever is accepted can be written, and then says the same: nothing was read in two ways.
        let tree = XmlElement::read(document.root());
        let mut writer = Writer::new();
        tree.write(&mut writer);
        let again = writer.finish().unwrap().into_octets();
        assert_eq!(XmlElement::read(accepted(&again).root()), tree, "{}", String::from_utf8_lossy(&octets));
    }
    assert!(survivors > 200, "only {survivors} mutants were accepted");
}

#[test]
fn every_truncation_is_refused() {
    let mut dice = Dice(0xCAFE);
    for _ in 0..60 {
        let octets = written(&element(&mut dice, 5));
        for end in 0..octets.len() {
            assert!(parse(&octets[..end]).is_err(), "{}", String::from_utf8_lossy(&octets[..end]));
        }
    }
}
