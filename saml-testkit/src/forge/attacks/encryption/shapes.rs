//! Attacks 136, 137, 139 and 142: the elements of XML Encryption, and what may stand in them.

use saml_core::xml::{QName, XmlElement, names};

use super::{Desk, Edit};
use crate::forge::corpus::Corpus;
use crate::forge::seal::{algorithm, cipher_data};
use crate::forge::specimen::text;
use crate::forge::{ForgeError, Splice, Tree};

pub(super) fn forge(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    references(desk, corpus)?;
    types(desk, corpus)?;
    misplaced(desk, corpus)?;
    recursion(desk, corpus)?;
    parts(desk, corpus)?;
    methods(desk, corpus)?;
    values(desk, corpus)?;
    comments(desk, corpus)
}

const MALFORMED: &str = "encryption.malformed";
const FOREIGN: QName<'static> = QName::new("x", "urn:example:foreign", "Wrapper");

/// Where the ciphertext is.
pub(super) fn content_of(encrypted: &mut XmlElement) -> Result<&mut XmlElement, ForgeError> {
    let data = encrypted.part_mut(names::xenc::ENCRYPTED_DATA)?;
    let wanted = |child: &&mut XmlElement| child.is(names::xenc::CIPHER_DATA);
    let own = data.children.iter_mut().filter_map(element_mut).find(wanted);
    own.ok_or_else(|| ForgeError::absent("CipherData"))?.part_mut(names::xenc::CIPHER_VALUE)
}

fn element_mut(node: &mut saml_core::xml::XmlNode) -> Option<&mut XmlElement> {
    match node {
        saml_core::xml::XmlNode::Element(element) => Some(element),
        saml_core::xml::XmlNode::Text(_) => None,
    }
}

fn refused(
    desk: &Desk<'_>,
    corpus: &mut Corpus,
    (attack, title): (u16, &str),
    code: &'static str,
    edit: Edit<'_>,
) -> Result<(), ForgeError> {
    let tree = desk.tampered(edit)?;
    corpus.attack(attack, title).refused(code, tree)
}

fn data_of(encrypted: &mut XmlElement) -> Result<&mut XmlElement, ForgeError> {
    encrypted.part_mut(names::xenc::ENCRYPTED_DATA)
}

fn key_of(encrypted: &mut XmlElement) -> Result<&mut XmlElement, ForgeError> {
    encrypted.part_mut(names::xenc::ENCRYPTED_KEY)
}

/// Attack 136: octets that would have to be fetched.
fn references(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let reference = |uri: &str| XmlElement::new(names::xenc::CIPHER_REFERENCE).with("URI", uri);
    for (title, uri) in [
        ("to the network", "http://localhost:1/octets"),
        ("to a file", "file:///etc/passwd"),
        ("to an element", "#_octets"),
        ("to the whole document", ""),
    ] {
        let data = format!("a CipherReference {title} for the data");
        refused(desk, corpus, (136, &data), MALFORMED, &|e| {
            let value = content_of(e)?;
            *value = reference(uri);
            Ok(())
        })?;
        let key = format!("a CipherReference {title} for the key");
        refused(desk, corpus, (136, &key), MALFORMED, &|e| {
            *key_of(e)?.part_mut(names::xenc::CIPHER_VALUE)? = reference(uri);
            Ok(())
        })?;
        let beside = format!("a CipherReference {title} beside the octets");
        refused(desk, corpus, (136, &beside), MALFORMED, &|e| {
            key_of(e)?.part_mut(names::xenc::CIPHER_DATA)?.append(reference(uri));
            Ok(())
        })?;
    }
    let transforms = XmlElement::new(QName::new("xenc", names::XENC, "Transforms"))
        .holding(algorithm(names::ds::TRANSFORM, "http://www.w3.org/TR/1999/REC-xslt-19991116"));
    refused(desk, corpus, (136, "a CipherReference with transforms"), MALFORMED, &|e| {
        *content_of(e)? = reference("#_octets").holding(transforms.clone());
        Ok(())
    })?;
    let listed = |child: XmlElement| XmlElement::new(names::xenc::REFERENCE_LIST).holding(child);
    let data = |uri: &str| XmlElement::new(names::xenc::DATA_REFERENCE).with("URI", uri);
    for (title, list) in [
        ("a DataReference to the network", listed(data("http://localhost:1/"))),
        ("a DataReference to a file", listed(data("file:///etc/passwd"))),
        ("a DataReference to the whole document", listed(data(""))),
        ("a DataReference to nothing", listed(XmlElement::new(names::xenc::DATA_REFERENCE))),
        ("a DataReference with content", listed(data("#_data").holding(XmlElement::new(FOREIGN)))),
        ("a KeyReference", listed(XmlElement::new(names::xenc::KEY_REFERENCE).with("URI", "#_key"))),
        ("an empty ReferenceList", XmlElement::new(names::xenc::REFERENCE_LIST)),
        ("a foreign reference", listed(XmlElement::new(FOREIGN).with("URI", "#_data"))),
    ] {
        refused(desk, corpus, (136, title), MALFORMED, &|e| {
            key_of(e)?.append(list.clone());
            Ok(())
        })?;
    }
    for (title, uri) in [("to the data", "#_data"), ("to something else", "#_nobody")] {
        let tree = desk.tampered(&|e| {
            data_of(e)?.set("Id", "_data");
            key_of(e)?.append(listed(data(uri)));
            Ok(())
        })?;
        corpus.attack(136, format!("a DataReference {title}, which is not followed")).decoy(tree)?;
    }
    Ok(())
}

/// Attack 137: the `Type` of a ciphertext.
fn types(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, kind) in [
        ("Content", "http://www.w3.org/2001/04/xmlenc#Content"),
        ("EncryptedKey", "http://www.w3.org/2001/04/xmlenc#EncryptedKey"),
        ("EXI", "http://www.w3.org/2009/xmlenc11#EXI"),
        ("element in lower case", "http://www.w3.org/2001/04/xmlenc#element"),
        ("nothing", ""),
        ("something unknown", "urn:example:type"),
    ] {
        refused(desk, corpus, (137, &format!("a Type of {title}")), MALFORMED, &|e| {
            data_of(e)?.set("Type", kind);
            Ok(())
        })?;
    }
    for (title, part) in [("data", names::xenc::ENCRYPTED_DATA), ("key", names::xenc::ENCRYPTED_KEY)] {
        let encoded = desk.tampered(&|e| {
            e.part_mut(part)?.set("Encoding", "http://www.w3.org/2000/09/xmldsig#base64");
            Ok(())
        })?;
        corpus.attack(137, format!("an Encoding of the {title}, which is only advice")).decoy(encoded)?;
    }
    let untyped = desk.tampered(&|e| {
        data_of(e)?.unset("Type");
        Ok(())
    })?;
    corpus.attack(137, "no Type").decoy(untyped)?;
    let media = desk.tampered(&|e| {
        data_of(e)?.set("MimeType", "application/octet-stream");
        Ok(())
    })?;
    corpus.attack(137, "a MimeType, which is only advice").decoy(media)
}

/// Attacks 31, 38 and 139: elements in wrong places.
fn misplaced(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let sealed = desk.seal().seal(&desk.plaintext()?)?;
    let whole = sealed.assertion();
    let data = whole.part(names::xenc::ENCRYPTED_DATA)?.clone();
    let assertion = desk.s.bare().part(names::saml::ASSERTION)?.clone();
    let foreign = XmlElement::new(FOREIGN).holding(assertion.clone());
    let property = XmlElement::new(names::xenc::ENCRYPTION_PROPERTIES).holding(foreign.clone());
    let beside: [(u16, &str, &XmlElement); 5] = [
        (139, "two EncryptedData", &data),
        (139, "an EncryptedAssertion in the EncryptedAssertion", &whole),
        (38, "an assertion in clear in the EncryptedAssertion", &assertion),
        (139, "foreign content in the EncryptedAssertion", &foreign),
        (139, "a KeyInfo in the EncryptedAssertion", &XmlElement::new(names::ds::KEY_INFO)),
    ];
    for (attack, title, content) in beside {
        let mut other = content.clone();
        other.alienate("_beside");
        refused(desk, corpus, (attack, title), MALFORMED, &|e| {
            e.append(other.clone());
            Ok(())
        })?;
        refused(desk, corpus, (attack, &format!("{title}, before the data")), MALFORMED, &|e| {
            e.prepend(other.clone());
            Ok(())
        })?;
    }
    let inside: [(u16, &str, &XmlElement); 4] = [
        (139, "an EncryptedData in the EncryptedData", &data),
        (38, "an assertion in clear in the EncryptedData", &assertion),
        (139, "EncryptionProperties of the data", &property),
        (139, "foreign content in the EncryptedData", &foreign),
    ];
    for (attack, title, content) in inside {
        refused(desk, corpus, (attack, title), MALFORMED, &|e| {
            data_of(e)?.append(content.clone());
            Ok(())
        })?;
    }
    for (attack, title, content) in [
        (139, "an EncryptedData in the KeyInfo", &data),
        (31, "an assertion in the KeyInfo of the data", &assertion),
        (139, "foreign content in the KeyInfo", &foreign),
    ] {
        refused(desk, corpus, (attack, title), MALFORMED, &|e| {
            data_of(e)?.part_mut(names::ds::KEY_INFO)?.append(content.clone());
            Ok(())
        })?;
        let hidden = XmlElement::new(names::ds::X509_DATA).holding(content.clone());
        refused(desk, corpus, (attack, &format!("{title}, in a hint")), MALFORMED, &|e| {
            data_of(e)?.part_mut(names::ds::KEY_INFO)?.append(hidden.clone());
            Ok(())
        })?;
    }
    refused(desk, corpus, (139, "EncryptionProperties of the key"), MALFORMED, &|e| {
        key_of(e)?.append(property.clone());
        Ok(())
    })?;
    advice(desk, corpus)
}

/// Attack 139, and its harmless neighbours: a part that nobody reads may hold anything but hidden content.
fn advice(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let said = XmlElement::new(FOREIGN).saying("whatever");
    let info = XmlElement::new(names::ds::KEY_INFO).holding(said.clone());
    let properties = XmlElement::new(names::xenc::ENCRYPTION_PROPERTIES).holding(said.clone());
    let places: [(&str, Edit<'_>); 4] = [
        ("the KeyInfo of the data", &|e| {
            data_of(e)?.part_mut(names::ds::KEY_INFO)?.append(said.clone());
            Ok(())
        }),
        ("the KeyInfo of the key", &|e| key_of(e)?.insert_before(names::xenc::CIPHER_DATA, info.clone())),
        ("the properties of the data", &|e| {
            data_of(e)?.append(properties.clone());
            Ok(())
        }),
        ("the properties of the key", &|e| {
            key_of(e)?.append(properties.clone());
            Ok(())
        }),
    ];
    for (title, edit) in places {
        let tree = desk.tampered(edit)?;
        corpus.attack(139, format!("foreign words in {title}, which is only advice")).decoy(tree)?;
    }
    Ok(())
}

/// Attack 142: more of the same in itself, or beside itself.
fn recursion(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = desk.seal().seal(&desk.plaintext()?)?.assertion();
    let mut deep = whole.part(names::xenc::ENCRYPTED_DATA)?.clone();
    for _ in 0..8 {
        deep = XmlElement::new(names::xenc::ENCRYPTED_DATA).holding(deep);
    }
    refused(desk, corpus, (142, "encrypted data in encrypted data, eight times"), MALFORMED, &|e| {
        *data_of(e)? = deep.clone();
        Ok(())
    })?;
    let mut tree = desk.enclosing(&desk.plaintext()?)?;
    (0..100).for_each(|_| tree.append(whole.clone()));
    corpus.attack(142, "a hundred encrypted assertions").refused("assertion.count", tree)
}

/// Attack 139: parts that are missing, unknown or out of order.
fn parts(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let cases: [(&str, Edit<'_>); 7] = [
        ("an attribute of the EncryptedAssertion", &|e| {
            e.set("ID", "_encrypted");
            Ok(())
        }),
        ("no EncryptedData", &|e| {
            e.children.clear();
            Ok(())
        }),
        ("no CipherData", &|e| data_of(e)?.cut(names::xenc::CIPHER_DATA).map(drop)),
        ("no CipherValue of the key", &|e| {
            key_of(e)?.part_mut(names::xenc::CIPHER_DATA)?.children.clear();
            Ok(())
        }),
        ("an unknown attribute of the key", &|e| {
            key_of(e)?.set("Nonce", "");
            Ok(())
        }),
        ("an unknown attribute of the data", &|e| {
            data_of(e)?.set("Nonce", "");
            Ok(())
        }),
        ("CipherData before EncryptionMethod", &|e| {
            let data = data_of(e)?;
            let value = data.cut(names::xenc::CIPHER_DATA)?;
            data.prepend(value);
            Ok(())
        }),
    ];
    for (title, edit) in cases {
        refused(desk, corpus, (139, title), MALFORMED, edit)?;
    }
    Ok(())
}

/// Attack 133: algorithms that have no name, or none that we know.
fn methods(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    for (title, part) in [("data", names::xenc::ENCRYPTED_DATA), ("key", names::xenc::ENCRYPTED_KEY)] {
        refused(desk, corpus, (133, &format!("no EncryptionMethod of the {title}")), MALFORMED, &|e| {
            e.part_mut(part)?.cut(names::xenc::ENCRYPTION_METHOD).map(drop)
        })?;
        refused(desk, corpus, (133, &format!("two EncryptionMethods of the {title}")), MALFORMED, &|e| {
            let element = e.part_mut(part)?;
            let method = element.part(names::xenc::ENCRYPTION_METHOD)?.clone();
            element.prepend(method);
            Ok(())
        })?;
        refused(
            desk,
            corpus,
            (133, &format!("an EncryptionMethod of the {title} without name")),
            MALFORMED,
            &|e| {
                e.part_mut(part)?.part_mut(names::xenc::ENCRYPTION_METHOD)?.unset("Algorithm");
                Ok(())
            },
        )?;
        for uri in [
            "http://www.w3.org/2001/04/xmldsig-more#arcfour",
            "http://www.w3.org/2001/04/xmldsig-more#camellia256-cbc",
            "http://www.w3.org/2007/05/xmldsig-more#seed128-cbc",
            "http://www.w3.org/2009/xmlenc11#aes256-ctr",
            "http://www.w3.org/2009/xmlenc11#AES256-GCM",
            "http://www.w3.org/2001/04/xmlenc#aes256-gcm",
            "http://www.w3.org/2009/xmlenc11#rsa-oaep-mgf1p",
            "http://www.w3.org/2001/04/xmlenc#null",
            "",
        ] {
            let code = "encryption.algorithm_refused";
            refused(desk, corpus, (133, &format!("{uri:?} of the {title}")), code, &|e| {
                e.part_mut(part)?.part_mut(names::xenc::ENCRYPTION_METHOD)?.set("Algorithm", uri);
                Ok(())
            })?;
        }
    }
    let digest = algorithm(names::ds::DIGEST_METHOD, "http://www.w3.org/2001/04/xmlenc#sha256");
    refused(desk, corpus, (134, "parameters of OAEP for the cipher"), MALFORMED, &|e| {
        data_of(e)?.part_mut(names::xenc::ENCRYPTION_METHOD)?.append(digest.clone());
        Ok(())
    })
}

/// Attack 163: A text that is not Base64.
fn values(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let of_content: fn(&mut XmlElement) -> Result<&mut XmlElement, ForgeError> = content_of;
    let of_key: fn(&mut XmlElement) -> Result<&mut XmlElement, ForgeError> =
        |e| key_of(e)?.part_mut(names::xenc::CIPHER_VALUE);
    for (title, value) in [("the data", of_content), ("the key", of_key)] {
        let says = |change: &dyn Fn(&str) -> String| {
            desk.tampered(&|e| {
                let element = value(e)?;
                let text = element.children.iter().find_map(text_of).unwrap_or_default().to_owned();
                element.say(&change(&text));
                Ok(())
            })
        };
        for (fault, tree) in [
            ("a star", says(&|text| format!("*{text}"))?),
            ("a star after it", says(&|text| format!("{text}*"))?),
            (
                "a character too few",
                says(&|text| {
                    text.strip_suffix(|_| true).unwrap_or_default().trim_end_matches('=').to_owned()
                })?,
            ),
            ("more after the padding", says(&|text| format!("{text}=AA="))?),
            ("the alphabet of URLs", says(&|text| format!("-_-_{text}"))?),
            ("padding alone", says(&|_| "====".to_owned())?),
            ("padding before it", says(&|text| format!("={text}"))?),
            ("bits after the last octet", says(&|_| "QR==".to_owned())?),
            ("a space that XML does not have", says(&|text| format!("{text}\u{A0}"))?),
        ] {
            corpus.attack(163, format!("{fault} in the octets of {title}")).refused(MALFORMED, tree)?;
        }
        let empty = says(&|_| String::new())?;
        corpus.attack(163, format!("no octets of {title}")).refused("decryption.failed", empty)?;
        let spaced = says(&|text| {
            let lines: Vec<String> =
                text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
            format!("\n {}\t\n", lines.join("\n"))
        })?;
        corpus.attack(163, format!("white space in the octets of {title}")).decoy(spaced)?;
        let nested = desk.tampered(&|e| {
            value(e)?.append(XmlElement::new(FOREIGN));
            Ok(())
        })?;
        corpus.attack(163, format!("an element in the octets of {title}")).refused(MALFORMED, nested)?;
    }
    let mut bare = desk.seal().seal(&desk.plaintext()?)?.assertion();
    let data = data_of(&mut bare)?;
    data.append(cipher_data(b"again"));
    corpus.attack(139, "two CipherData").refused(MALFORMED, desk.response([bare])?)
}

fn text_of(node: &saml_core::xml::XmlNode) -> Option<&str> {
    match node {
        saml_core::xml::XmlNode::Text(text) => Some(text),
        saml_core::xml::XmlNode::Element(_) => None,
    }
}

/// Attacks 70 and 71 once more: comments, which no signature covers.
fn comments(desk: &Desk<'_>, corpus: &mut Corpus) -> Result<(), ForgeError> {
    let whole = text(&desk.enclosing(&desk.plaintext()?)?)?;
    let inside = whole.after("<xenc:CipherValue>", "<!-- -->")?;
    corpus.attack(71, "a comment in the octets of the key").refused("xml.comment_in_text", inside)?;
    let last = whole.swap_last("</xenc:CipherValue>", "<!-- --></xenc:CipherValue>")?;
    corpus.attack(71, "a comment in the octets of the data").refused("xml.comment_in_text", last)?;
    let instruction = whole.after("<xenc:CipherValue>", "<?x y?>")?;
    corpus
        .attack(71, "a processing instruction in the octets")
        .refused("xml.processing_instruction", instruction)?;
    let between = whole.before("<ds:KeyInfo", "<!-- a comment -->");
    // The first KeyInfo is that of the signature, if the Response has one; a comment is as good there.
    corpus.attack(71, "a comment between elements").decoy(between?)?;
    let section = whole
        .after("<xenc:CipherValue>", "<![CDATA[")?
        .swap("</xenc:CipherValue>", "]]></xenc:CipherValue>")?;
    corpus.attack(82, "the octets of the key as a CDATA section").decoy(section)
}
